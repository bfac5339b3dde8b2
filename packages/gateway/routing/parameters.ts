// What the parts of a route's path stand for in one request. Pure.

import { isLiteral } from "./as-literal.ts";

/** Paths of a plan's route. */
type Paths = { path: string; also?: { paths: string[] } };

/** Of a route with several paths, the one that takes `path`, as the router would choose it. `path` is canonical and matches. */
export function patternOf({ path: first, also }: Paths, path: string): string {
  if (!also || also.paths.length === 0) return first;
  const given = path.split("/");
  const fitting = [first, ...also.paths].filter((pattern) => fits(pattern.split("/"), given));
  return fitting.reduce((best, each) => (rankOf(each) < rankOf(best) ? each : best), fitting[0] ?? first);
}

function fits(pattern: readonly string[], given: readonly string[]): boolean {
  const open = pattern.at(-1) === "**";
  const fixed = open ? pattern.slice(0, -1) : pattern;
  if (open ? fixed.length > given.length : fixed.length !== given.length) return false;
  return fixed.every((segment, index) =>
    segment.startsWith(":") ? given[index] !== "" : isLiteral(given[index] as string, segment),
  );
}

/** Sorts as the router prefers: literal before `:name` before `**`, from the left. */
function rankOf(pattern: string): string {
  return pattern.replace(/[^/]+/g, (segment) => (segment === "**" ? "3" : segment.startsWith(":") ? "2" : "1"));
}

/** `pattern`: /orders/:id/items; `path` matches it and is canonical. Values stay percent-encoded. */
export function parametersOf(pattern: string, path: string): Record<string, string> {
  const found: Record<string, string> = {};
  const given = path.split("/");
  for (const [index, segment] of pattern.split("/").entries())
    if (segment.startsWith(":")) found[segment.slice(1)] = given[index] ?? "";
  return found;
}

/** What a last `**` stands for, without a slash before it: "" and "1/items" for /orders/**. */
export function restOf(pattern: string, path: string): string {
  const before = pattern.split("/").length - 1;
  return path.split("/").slice(before).join("/");
}
