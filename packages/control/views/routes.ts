// The routes page: every route of a workspace, and whether it is served.
import { type Instant, Problem, type WorkspaceName } from "@holdfast/base";
import type { MeasureRow, PlanCondition, PlanRoute, RouteView } from "@holdfast/contract";
import type { Holding } from "@holdfast/incidents";
import type { Services } from "../services.ts";

const HOUR_MS = 3_600_000;

export async function viewRoutes(services: Services, workspace: WorkspaceName): Promise<RouteView[]> {
  const now = services.clock.now();
  const [rows, held] = await Promise.all([lastHour(services, workspace, now), services.incidents.holding(workspace)]);
  return services.plans
    .current()
    .routes.filter((route) => route.workspace === workspace)
    .map((route) => presentRoute(route, { rows, held, now }));
}

/** Undefined: the store of calls does not answer. What routes there are does not depend on it. */
async function lastHour(services: Services, workspace: WorkspaceName, now: Instant): Promise<MeasureRow[] | undefined> {
  try {
    return await services.calls.measures(workspace, { from: now - HOUR_MS, until: now });
  } catch (error) {
    if (error instanceof Problem && error.code === "telemetry_unavailable") return undefined;
    throw error;
  }
}

type Material = { rows: readonly MeasureRow[] | undefined; held: Holding; now: Instant };

function presentRoute(route: PlanRoute, { rows, held, now }: Material): RouteView {
  const { name, subject, host, path, also, methods, conditions = [], lifecycle } = route;
  const own = rows?.filter((row) => row.subject === subject);
  const answers = answersOf(route);
  return {
    name,
    subject,
    hosts: host === undefined ? [] : [host, ...(also?.hosts ?? [])],
    paths: [path, ...(also?.paths ?? [])],
    methods: methods ?? null,
    conditions: conditions.map(conditionWords),
    answers,
    state: lifecycle?.state ?? "published",
    serving: servingOf(route, now),
    enabled: route.disabled === undefined,
    switched: held.switch.get(subject) ?? null,
    deprecated_at: lifecycle?.deprecated_at ?? null,
    sunset_at: lifecycle?.sunset_at ?? null,
    retires: lifecycle?.retire_at !== undefined,
    successor: lifecycle?.links.successor ?? null,
    brown_outs: lifecycle?.brown_outs ?? [],
    releases: answers.by === "service" ? route.releases.map(({ name, weight }) => ({ name, weight })) : [],
    calls: own ? sumOf(own, "calls") : null,
    errors: own ? sumOf(own, "errors") : null,
  };
}

function sumOf(rows: readonly MeasureRow[], measure: "calls" | "errors"): number {
  return rows.reduce((sum, row) => sum + row[measure], 0);
}

function answersOf({ answer, compose, service }: PlanRoute): RouteView["answers"] {
  if (answer?.kind === "redirect") return { by: "redirect", what: answer.to };
  if (answer) return { by: "respond", what: String(answer.status) };
  return compose
    ? { by: "compose", what: compose.steps.map((step) => step.service).join(", ") }
    : { by: "service", what: service };
}

/** What the policies lifecycle and maintenance of the gateway do at this moment. */
function servingOf({ lifecycle, disabled, maintenance }: PlanRoute, now: Instant): RouteView["serving"] {
  if (lifecycle?.state === "draft") return "draft";
  if (disabled !== undefined) return "disabled";
  if (lifecycle?.state === "retired" || now >= (lifecycle?.retire_at ?? Number.POSITIVE_INFINITY)) return "retired";
  if (maintenance && now >= (maintenance.from ?? 0) && now < (maintenance.until ?? Number.POSITIVE_INFINITY))
    return "maintenance";
  return lifecycle?.brown_outs.some(({ from, until }) => now >= from && now < until) ? "brown_out" : "served";
}

/** "header x-beta: any", "query debug: 1", "accept vnd.acme: version 2, or none" */
function conditionWords({ in: place, name, exact, prefix, regex, present, or_absent }: PlanCondition): string {
  const where = place === "version" ? `accept ${name}` : `${place} ${name}`;
  const or_none = or_absent ? ", or none" : "";
  if (present !== undefined) return `${where}: ${present ? "any" : "none"}`;
  if (prefix !== undefined) return `${where}: begins with ${prefix}${or_none}`;
  if (regex !== undefined) return `${where}: matches ${regex}${or_none}`;
  return `${where}: ${place === "version" ? "version " : ""}${(exact ?? []).join(" or ")}${or_none}`;
}
