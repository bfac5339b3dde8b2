// Who calls a route or model of the plan: consumers, and networks of those who are not known.
import { LIMITS, Problem, type WorkspaceName } from "@holdfast/base";
import type { CallersQuery, PlanModel, PlanRoute, RouteCallers } from "@holdfast/contract";
import type { Services } from "../services.ts";
import { subjectsOf } from "./subjects.ts";

const CALLERS_MS = 30 * 24 * 3_600_000;

type Asked = Pick<PlanRoute | PlanModel, "kind" | "name">;

/** Without a window, the last 30 days. Rejects with Problem("not_found"), and as the store of calls does. */
export async function viewCallers(
  services: Services,
  workspace: WorkspaceName,
  { kind, name, ...window }: Asked & CallersQuery,
): Promise<Omit<RouteCallers, "route">> {
  const planned = subjectsOf(services, workspace).find((one) => one.kind === kind && one.name === name);
  if (!planned) throw new Problem("not_found", { detail: `There is no ${kind} ${name} in the plan.` });
  const until = window.until ?? services.clock.now();
  const from = window.from ?? until - CALLERS_MS;
  const { callers, more } = await services.calls.callers(workspace, {
    subject: planned.subject,
    from,
    until,
    most: LIMITS.callers_shown_max,
  });
  return { from, until, items: callers, more };
}
