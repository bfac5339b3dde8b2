// A plan of one route for the domain's tests: what it declares, and what goes wrong while it is made, are values to set.
import type { PlanRollback, Weights } from "@holdfast/contract";
import type { Override, PlanControl, PlannedSubject } from "@holdfast/incidents";
import type { Store } from "@holdfast/storage";

export type TestPlan = {
  declared: Record<string, Weights>;
  /** What the settings say of the switch. */
  enabled: boolean;
  rollback: PlanRollback;
  /** Releases that rules name. */
  picked: string[];
  promote: NonNullable<PlannedSubject["promote"]> | undefined;
  fails_with: Error | undefined;
  /** The process ends when the plan is made: nothing after that happens. */
  dies_with: Error | undefined;
  is_dead: boolean;
  /** Happens while a plan is waited for. */
  before_recompile: (() => Promise<void>) | undefined;
  number: number;
};

export function testPlan(): TestPlan {
  return {
    declared: { "routes.orders": { v1: 0.9, v2: 0.1 } },
    enabled: true,
    rollback: {
      against: "v1",
      error_ratio_over: 0.05,
      window_ms: 120_000,
      least_calls: 100,
      automatic: true,
    },
    picked: [],
    promote: undefined,
    fails_with: undefined,
    dies_with: undefined,
    is_dead: false,
    before_recompile: undefined,
    number: 1,
  };
}

/** A plan of one route, compiled from what is declared and what actions hold, as `control` does it. */
export function planControl(store: Store, plan: TestPlan): PlanControl {
  let held: Override[] = [];
  return {
    subject(_, subject) {
      const declared = plan.declared[subject];
      if (!declared) return undefined;
      const own = held.filter((override) => override.subject === subject);
      const traffic = own.find((override) => override.holds === "traffic");
      const turned = own.find((override) => override.holds === "switch");
      const { weights = declared, closed = [], action_id } = traffic ?? {};
      const enabled = turned?.enabled ?? plan.enabled;
      const switched = { enabled, enabled_declared: plan.enabled, switch_id: turned?.action_id };
      const promote = plan.promote ? { promote: plan.promote } : {};
      const { picked, rollback } = plan;
      return { declared, weights, closed, action_id, ...switched, picked, rollback, ...promote };
    },
    promoted: () => (plan.promote?.start === "at once" ? Object.keys(plan.declared) : []),
    async recompile(_, workspace) {
      if (plan.fails_with) throw plan.fails_with;
      await plan.before_recompile?.();
      held = await store.transact(workspace, ({ actions }) => actions.overrides());
      plan.number++;
      plan.is_dead = plan.dies_with !== undefined;
      return plan.number;
    },
  };
}
