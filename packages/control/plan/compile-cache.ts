// The cache of a route into the plan: its settings as they are, and what could only be a slip of the hand refused.
import type { CacheSettings, RouteSettings } from "@holdfast/contract";
import type { Bench } from "./compile-subjects.ts";
import type { SettingsPath } from "./json-schema.ts";

/** Nothing where the route keeps nothing. */
export function compileCache(
  { cache, match, compose }: RouteSettings,
  path: SettingsPath,
  { problems }: Bench,
): { cache?: CacheSettings } {
  if (!cache) return {};
  if (compose)
    problems.push({
      path: [...path, "cache"],
      message: "has nothing to keep: an answer made of several is made anew for each call",
      suggestion: "leave `cache` out, or give the services' own routes a cache",
    });
  // GET in a route's methods stands for HEAD too.
  const taken = match.methods && !match.methods.some((method) => method === "GET" || method === "HEAD");
  if (taken)
    problems.push({
      path: [...path, "cache"],
      message: "has nothing to keep: the route takes neither GET nor HEAD",
      suggestion: "leave `cache` out here; unsafe calls clear what other routes of the workspace keep of the address",
    });
  if (cache.key.headers.includes("authorization") || cache.key.headers.includes("cookie"))
    problems.push({
      path: [...path, "cache", "key", "headers"],
      message: "has a header that is different for everybody",
      suggestion:
        "who calls tells answers apart by itself on routes that are not public; for cookies use `key.cookies`",
    });
  return { cache };
}
