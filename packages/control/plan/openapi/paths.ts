// Paths of operations beside paths of routes.
import type { PlanOperation, RouteSettings } from "@holdfast/contract";
import type { Api } from "./operations.ts";

/** What comes before the description's paths on this route, without a trailing slash. */
export function basePathOf({ checks }: Pick<RouteSettings, "checks">, api: Api): string {
  return (checks?.openapi?.base_path ?? api.base_path).replace(/\/+$/, "");
}

/** The path of an operation in the words of a route's `match.path`. */
export function routePath(base_path: string, { segments }: PlanOperation): string {
  const path = segments.map((segment) => ("literal" in segment ? segment.literal : `:${wordOf(segment.parameter)}`));
  return `${base_path}/${path.join("/")}`;
}

/** Parameters of routes are words. */
function wordOf(name: string): string {
  return name.replace(/\W+/g, "_").replace(/^(?=\d)/, "_");
}

/** There is a path that both patterns take. */
export function overlaps(left: string, right: string): boolean {
  const [ours, theirs] = [left.split("/").slice(1), right.split("/").slice(1)];
  for (let at = 0; at < Math.max(ours.length, theirs.length); at++) {
    const [own, other] = [ours[at], theirs[at]];
    if (own === "**" || other === "**") return true;
    if (own === undefined || other === undefined) return false;
    if (own !== other && !own.startsWith(":") && !other.startsWith(":")) return false;
  }
  return true;
}
