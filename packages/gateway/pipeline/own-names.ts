// Header names that are not the client's to say on a route, whatever stands in the request's head. Looked at for trailers, which are rare.
import type { PlanModel, PlanRoute } from "@holdfast/contract";
import { plainName } from "../headers/header-list.ts";

/** Plain names: what claims are passed on as, what carries credentials, and what the route itself says or takes out. */
export function ownNames(plan: PlanRoute | PlanModel): ReadonlySet<string> {
  const changes = plan.kind === "route" ? plan.transform?.request?.headers : undefined;
  const changed = changes ? [...Object.keys(changes.set), ...Object.keys(changes.add), ...changes.remove] : [];
  return new Set([...(plan.own_headers ?? []), ...(plan.capture.hidden_headers ?? []), ...changed].map(plainName));
}
