// What counts a call: beside the limits of its route or model those of the plan that its consumer is on. Made once for each plan of
// the workspace, so that a call only looks its own up.
import type { PlanLimit } from "@holdfast/contract";
import type { Consumers } from "../consumers.ts";
import type { PolicyCall } from "../policy.ts";

export type ByPlan<Made> = {
  readonly all: readonly Made[];
  /** The same for every call, where the workspace has no plans. */
  readonly only: Made | undefined;
  of(call: Pick<PolicyCall, "consumer">): Made;
};

/** `make` is asked once without limits of a plan, for callers who are on none, and once for each plan. */
export function byPlan<Made>(
  workspace: string,
  consumers: Consumers,
  make: (limits: readonly PlanLimit[]) => Made,
): ByPlan<Made> {
  const none = make([]);
  const made = new Map(consumers.plansOf(workspace).map(({ name, limits }) => [name, make(limits)]));
  if (made.size === 0) return { all: [none], only: none, of: () => none };
  return {
    all: [none, ...made.values()],
    only: undefined,
    of({ consumer }) {
      const plan = consumer === undefined ? undefined : consumers.byName(workspace, consumer)?.plan;
      return (plan === undefined ? undefined : made.get(plan)) ?? none;
    },
  };
}
