// Sections of all workspaces and what actions hold away from them into one frozen plan, whole or not at all. Pure: the number, the
// time and the keys are handed in.
import { failed, ok, type Result, type WorkspaceName } from "@holdfast/base";
import type { Plan, PlanModel, PlanRelease, PlanRoute, Weights } from "@holdfast/contract";
import type { Override, SwitchHold, TrafficHold } from "@holdfast/incidents";
import type { PlanSection } from "./compile-section.ts";
import { type Clash, findClashes } from "./find-clashes.ts";

export type PlanInput = {
  number: number;
  made_at: number;
  sections: { workspace: WorkspaceName; section: PlanSection; overrides: Override[] }[];
  /** Base64url of the 32 bytes that sign a workspace's references. */
  reference_keys: Record<WorkspaceName, string>;
};

/** An override that could not be kept, and why. The settings win: what they no longer name cannot get traffic. */
export type DroppedOverride = { workspace: WorkspaceName; subject: string; holds: Override["holds"]; why: string };

export type CompiledPlan = { plan: Plan; dropped: DroppedOverride[] };

const WEIGHTS_TOLERANCE = 1e-4;

/** The order of `sections` does not matter: plans of the same input are equal. */
export function compilePlan(input: PlanInput): Result<CompiledPlan, Clash[]> {
  const sections = input.sections.toSorted((left, right) => (left.workspace < right.workspace ? -1 : 1));
  const dropped: DroppedOverride[] = [];
  const joined = joinSections(
    sections.map(({ workspace, section, overrides }) =>
      overrides.reduce((held, override) => applyOverride(held, override, { workspace, dropped }), section),
    ),
  );
  const clashes = findClashes(joined);
  if (clashes.length > 0) return failed(clashes);
  const plan: Plan = {
    version: 1,
    number: input.number,
    made_at: input.made_at,
    ...joined,
    reference_keys: { ...input.reference_keys },
  };
  return ok({ plan: deepFreeze(structuredClone(plan)), dropped });
}

/** What a workspace has in a plan, for keeping it when its settings cannot be read any more. */
export function sectionOf(plan: Plan, workspace: WorkspaceName): PlanSection {
  const own = <T extends { workspace: WorkspaceName }>(all: T[]): T[] =>
    all.filter((one) => one.workspace === workspace);
  return {
    routes: own(plan.routes),
    models: own(plan.models),
    consumers: own(plan.consumers),
    consumer_plans: own(plan.consumer_plans ?? []),
    sites: own(plan.sites),
    certificates: own(plan.certificates ?? []),
  };
}

function joinSections(sections: PlanSection[]): PlanSection {
  return {
    routes: sections.flatMap(({ routes }) => routes),
    models: sections.flatMap(({ models }) => models),
    consumers: sections.flatMap(({ consumers }) => consumers),
    consumer_plans: sections.flatMap(({ consumer_plans }) => consumer_plans ?? []),
    sites: sections.flatMap(({ sites }) => sites),
    certificates: sections.flatMap(({ certificates }) => certificates ?? []),
  };
}

type Held<Hold> = Extract<Override, Hold>;
type Context = { workspace: WorkspaceName; dropped: DroppedOverride[] };

function applyOverride(section: PlanSection, override: Override, { workspace, dropped }: Context): PlanSection {
  const { subject, holds } = override;
  const target = [...section.routes, ...section.models].find((one) => one.subject === subject);
  const why = target ? faultOf(override, target.releases) : "the settings no longer declare it";
  if (why !== undefined) {
    dropped.push({ workspace, subject, holds, why });
    return section;
  }
  const apply = <T extends PlanRoute | PlanModel>(one: T): T => {
    if (one.subject !== subject) return one;
    return override.holds === "traffic" ? shifted(one, override) : switched(one, override);
  };
  return { ...section, routes: section.routes.map(apply), models: section.models.map(apply) };
}

function shifted<T extends PlanRoute | PlanModel>(one: T, { action_id, weights, closed }: Held<TrafficHold>): T {
  const releases: readonly PlanRelease<unknown>[] = one.releases;
  return { ...one, action_id, releases: releases.map((release) => reweighted(release, weights, closed)) };
}

/** Callers meet the same as with `enabled` in the settings. */
function switched<T extends PlanRoute | PlanModel>(one: T, { action_id, enabled }: Held<SwitchHold>): T {
  const { disabled: _, ...served } = one;
  const off = enabled ? {} : { disabled: one.when_disabled ?? 503 };
  return { ...served, ...off, switch_id: action_id } as T;
}

function faultOf(override: Override, releases: PlanRelease<unknown>[]): string | undefined {
  return override.holds === "traffic" ? faultOfWeights(override.weights, releases) : undefined;
}

function faultOfWeights(weights: Weights, releases: PlanRelease<unknown>[]): string | undefined {
  const gone = Object.keys(weights).find((name) => !releases.some((release) => release.name === name));
  if (gone !== undefined) return `its release ${gone} no longer exists`;
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  return Math.abs(sum - 1) > WEIGHTS_TOLERANCE ? "its weights do not add up to 1" : undefined;
}

function reweighted<T>(release: PlanRelease<T>, weights: Weights, closed: readonly string[]): PlanRelease<T> {
  const weight = Object.hasOwn(weights, release.name) ? (weights[release.name] as number) : 0;
  return { ...release, weight, ...(closed.includes(release.name) ? { closed: true as const } : {}) };
}

function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== "object" || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
