// The releases page: every route and model with its releases, their shares of traffic and their figures of the last hour.
import { Problem, type WorkspaceName } from "@holdfast/base";
import type { Feedback, MeasureRow, PlanModel, PlanRoute, Promotion, Subject } from "@holdfast/contract";
import type { Holding, PlannedSubject } from "@holdfast/incidents";
import type { Services } from "../services.ts";
import { voicesAbout } from "./model/voices.ts";
import { presentReleaseRules } from "./releases.ts";

const HOUR_MS = 3_600_000;
/** Voices looked through for the counts by release. An hour with more than this is told by the issues, not by counts. */
const VOICES_MAX = 1000;

export async function viewSubjects(services: Services, workspace: WorkspaceName): Promise<Subject[]> {
  const until = services.clock.now();
  const rows = await services.calls.measures(workspace, { from: until - HOUR_MS, until });
  return presentSubjects(services, workspace, rows);
}

/** With `rows` as one per release over the last hour; empty where they cannot be had. */
export async function presentSubjects(
  services: Services,
  workspace: WorkspaceName,
  rows: readonly MeasureRow[],
): Promise<Subject[]> {
  const now = services.clock.now();
  const [feedback, held, promotions] = await Promise.all([
    services.feedback.between(workspace, now - HOUR_MS, now, VOICES_MAX),
    services.incidents.holding(workspace),
    services.promotions.latest(workspace),
  ]);
  const material = { rows, feedback, held, promotions };
  return subjectsOf(services, workspace).map((subject) => present(services, subject, material));
}

/** Routes and models of the workspace in the plan that runs. */
export function subjectsOf(services: Services, workspace: WorkspaceName): (PlanRoute | PlanModel)[] {
  const { routes, models } = services.plans.current();
  return [...routes, ...models].filter((subject) => subject.workspace === workspace);
}

type Material = {
  rows: readonly MeasureRow[];
  feedback: readonly Feedback[];
  held: Holding;
  promotions: readonly Promotion[];
};

function present(services: Services, planned: PlanRoute | PlanModel, material: Material): Subject {
  const { workspace, subject, kind, name, rollback } = planned;
  const state = services.plans.subject(workspace, subject);
  if (!state) throw new Problem("conflict", { detail: `${subject} left the plan while it was read` });
  return {
    subject,
    kind,
    name,
    address: addressOf(planned),
    releases: planned.releases.map(({ name }) => presentRelease(subject, name, { state, material })),
    enabled: state.enabled,
    switched: material.held.switch.get(subject) ?? null,
    rollback: rollback ? presentRollback(rollback) : null,
    ...presentReleaseRules(planned),
    promotion: material.promotions.find((one) => one.subject === subject) ?? null,
    shifted: material.held.traffic.get(subject) ?? null,
  };
}

function presentRelease(
  subject: string,
  name: string,
  { state, material: { rows, feedback } }: { state: PlannedSubject; material: Material },
): Subject["releases"][number] {
  const row = rows.find((one) => one.subject === subject && one.release === name);
  return {
    name,
    weight: state.weights[name] ?? 0,
    declared_weight: state.declared[name] ?? 0,
    closed: state.closed.includes(name),
    calls: row?.calls ?? 0,
    errors: row?.errors ?? 0,
    p50_us: row?.p50_us ?? null,
    p95_us: row?.p95_us ?? null,
    voices: voicesAbout(feedback, subject, name),
  };
}

function presentRollback({ against, error_ratio_over, least_calls, automatic }: NonNullable<PlanRoute["rollback"]>) {
  return { against, error_ratio_over, least_calls, automatic };
}

/** "GET, POST shop.example.com/orders/**", or the alias that applications name as the model. */
function addressOf(planned: PlanRoute | PlanModel): string {
  if (planned.kind === "model") return planned.name;
  const methods = planned.methods ? `${planned.methods.join(", ")} ` : "";
  const further = (planned.also?.hosts.length ?? 0) + (planned.also?.paths.length ?? 0);
  return `${methods}${planned.host ?? ""}${planned.path}${further > 0 ? ` and ${further} more` : ""}`;
}
