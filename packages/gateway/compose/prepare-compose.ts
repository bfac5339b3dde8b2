// A composition made ready: its steps with their upstreams opened, its templates and expressions compiled.
import type { Clock } from "@holdfast/base";
import type { PlanCompose, PlanRelease, PlanRoute, PlanStep, UpstreamTarget } from "@holdfast/contract";
import { compileExpression, type JsonExpression, parseTemplate, type Template } from "@holdfast/expressions";
import { hash32 } from "../hash.ts";
import { sliceByWeight } from "../releases/choose-release.ts";
import type { Release } from "../runtime/runtime.ts";

/** The call is counted where it came in. */
type StepRelease = Omit<Release, "meter">;

export type PreparedStep = {
  plan: PlanStep;
  releases: readonly StepRelease[];
  /** Places callers differently on each step. */
  seed: number;
  path: Template;
  /** Of the route. */
  encoded_slashes: PlanRoute["encoded_slashes"];
  query: readonly { name: string; template: Template }[];
  headers: readonly { name: string; template: Template }[];
  body: JsonExpression | undefined;
};

export type PreparedCompose = {
  steps: readonly PreparedStep[];
  result: JsonExpression;
  bytes_max: number;
  clock: Clock;
};

export type ComposeTools = {
  open(subject: PlanRoute, release: PlanRelease<UpstreamTarget>): Pick<Release, "targets" | "group">;
  clock: Clock;
};

export function prepareCompose(
  route: PlanRoute,
  { steps, result, bytes_max }: PlanCompose,
  tools: ComposeTools,
): PreparedCompose {
  return {
    steps: steps.map((step) => prepareStep(route, step, tools)),
    result: compiled(compileExpression(result)),
    bytes_max,
    clock: tools.clock,
  };
}

function prepareStep(route: PlanRoute, plan: PlanStep, { open }: ComposeTools): PreparedStep {
  // Whom a step calls is opened as a route to that service would be.
  const subject = { ...route, service: plan.service, timeouts: { ...route.timeouts, connect_ms: plan.connect_ms } };
  return {
    plan,
    releases: sliceByWeight(plan.releases).map(
      (release): StepRelease => ({ name: release.name, until: release.until, ...open(subject, release), turn: 0 }),
    ),
    seed: hash32(`${route.workspace}/${route.subject}/${plan.name}`, 0),
    path: compiled(parseTemplate(plan.path)),
    encoded_slashes: route.encoded_slashes,
    query: templatesOf(plan.query),
    headers: templatesOf(plan.headers),
    body: plan.body === undefined ? undefined : compiled(compileExpression(plan.body)),
  };
}

function templatesOf(texts: Record<string, string>): { name: string; template: Template }[] {
  return Object.entries(texts).map(([name, text]) => ({ name, template: compiled(parseTemplate(text)) }));
}

/** The control plane compiled the same before the plan was made. */
function compiled<T>(result: { ok: true; value: T } | { ok: false; error: string }): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
