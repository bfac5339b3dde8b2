// The releases of a subject, ready to be chosen: those with a share, those that only a rule leads to, and the one that gets copies.
// What is reached by nothing is not opened.
import type { ModelTarget, PlanModel, PlanRelease, PlanRoute, UpstreamTarget } from "@holdfast/contract";
import type { Hooks } from "../policies/policy.ts";
import type { Release } from "../runtime/runtime.ts";
import { sliceByWeight } from "./choose-release.ts";
import { type Picker, preparePicker } from "./picker.ts";
import { shadowHooks } from "./shadow/hooks.ts";

type Planned = PlanRelease<UpstreamTarget | ModelTarget>;

export type PreparedReleases = {
  releases: readonly Release[];
  picker: Picker<Release> | undefined;
  /** Copies calls to a shadow. */
  shadow: Hooks | undefined;
};

export function prepareReleases(
  plan: PlanRoute | PlanModel,
  seed: number,
  open: (release: Planned) => Pick<Release, "targets" | "group" | "meter">,
): PreparedReleases {
  const planned: readonly Planned[] = plan.releases;
  const ready = (release: Planned, until: number): Release => ({
    name: release.name,
    until,
    ...open(release),
    turn: 0,
  });
  const releases = sliceByWeight(planned).map((release) => ready(release, release.until));
  const shadow = plan.kind === "route" ? plan.shadow : undefined;
  const without_share = planned
    .filter(({ name, weight }) => weight <= 0 && (isPicked(plan, name) || shadow?.to === name))
    .map((release) => ready(release, 0));
  const all = [...releases, ...without_share];
  const is_closed = (name: string): boolean =>
    planned.some((release) => release.name === name && release.closed === true);
  const picker = preparePicker({
    pick: plan.pick,
    sticky: plan.sticky,
    releases,
    open: all.filter(({ name }) => !is_closed(name)),
    seed,
  });
  const mirror = shadow && all.find(({ name }) => name === shadow.to);
  return { releases, picker, shadow: shadow && mirror && shadowHooks(shadow, mirror, seed) };
}

function isPicked({ pick }: PlanRoute | PlanModel, name: string): boolean {
  return pick?.some(({ release }) => release === name) ?? false;
}
