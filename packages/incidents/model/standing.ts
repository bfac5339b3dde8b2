// A subject as the store has it: what actions hold of it beside what the settings declare, and what an action holds from now on.
import type { Id } from "@holdfast/base";
import type { Action, Weights } from "@holdfast/contract";
import type { PlannedSubject } from "../plan-control.ts";
import type { Override, Switch, SwitchHold, Traffic, TrafficHold } from "../ports.ts";
import { isSame } from "./weights.ts";

/** `action_id` undefined: nothing holds its traffic away from the settings. */
export type Standing = Traffic & Switch & { action_id: Id | undefined; declared: Weights; enabled_declared: boolean };

/** One action moves traffic or works the switch. */
export type Change = Traffic | Switch;

export function standingOf(
  { declared, enabled_declared }: Pick<PlannedSubject, "declared" | "enabled_declared">,
  overrides: readonly Override[],
  subject: string,
): Standing {
  const traffic = findHold(overrides, { subject, holds: "traffic" });
  const held = findHold(overrides, { subject, holds: "switch" });
  return {
    weights: traffic?.weights ?? declared,
    closed: traffic?.closed ?? [],
    action_id: traffic?.action_id,
    enabled: held?.enabled ?? enabled_declared,
    declared,
    enabled_declared,
  };
}

export function findHold<Holds extends Override["holds"]>(
  overrides: readonly Override[],
  { subject, holds }: { subject: string; holds: Holds },
): Extract<Override, { holds: Holds }> | undefined {
  return overrides.find(
    (override): override is Extract<Override, { holds: Holds }> =>
      override.subject === subject && override.holds === holds,
  );
}

export function holdOf({ id, subject, after, closed, enabled }: Action): Override {
  const held: TrafficHold | SwitchHold =
    enabled === null ? { holds: "traffic", weights: after, closed } : { holds: "switch", enabled };
  return { subject, action_id: id, ...held };
}

/** Not what the settings say: it must be held, or the next plan would forget it. */
export function isAway(hold: Override, { declared, enabled_declared }: Standing): boolean {
  if (hold.holds === "switch") return hold.enabled !== enabled_declared;
  return hold.closed.length > 0 || !isSame(hold.weights, declared);
}
