// The limits of a route, a model or a plan of consumers into what the gateway counts, and what of them cannot be.
import type { LimitSettings, PlanLimit } from "@holdfast/contract";
import type { Bench } from "./compile-subjects.ts";
import type { SettingsPath } from "./json-schema.ts";

export function compileLimits(limits: Record<string, LimitSettings>, path: SettingsPath, bench: Bench): PlanLimit[] {
  return Object.entries(limits).flatMap(([name, limit]) => {
    if (limit.bandwidth && path[0] === "models")
      bench.problems.push({
        path: [...path, name, "bandwidth"],
        message: "is for routes",
        suggestion: "a model sends tokens as they come; limit its calls by rate or concurrency",
      });
    if (limit.concurrency === "auto" && (path[0] !== "routes" || limit.by !== "route"))
      bench.problems.push({
        path: [...path, name, "concurrency"],
        message: "auto finds out what the service of a route takes",
        suggestion: path[0] === "routes" ? "write `by: route`, or a number" : "write a number",
      });
    return compileLimit(name, limit);
  });
}

/** The schema has seen to it that each entry has exactly one kind. */
function compileLimit(name: string, { by, rate, burst, quota, concurrency, bandwidth }: LimitSettings): PlanLimit[] {
  if (rate) return [{ name, by, rate, burst: burst ?? rate.count }];
  if (quota) return [{ name, by, quota }];
  if (concurrency !== undefined) return [{ name, by, concurrency }];
  return bandwidth ? [{ name, by, bandwidth }] : [];
}
