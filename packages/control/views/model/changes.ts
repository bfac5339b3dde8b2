// What was changed, in the few words that fit beside a flag on the tide.
import { presentRelease, presentShare } from "@holdfast/base";
import type { Action, PlanNote, Tide, Weights } from "@holdfast/contract";

type Change = Tide["changes"][number];

/** Flags of actions, and of plans that were not made by one of these actions, oldest first. */
export function changesOf(actions: readonly Action[], notes: readonly PlanNote[]): Change[] {
  const made_by_action = new Set(actions.map(({ plan }) => plan));
  const of_plans = notes
    .filter(({ number }) => !made_by_action.has(number))
    .map(({ number, made_at, because }): Change => {
      return { id: String(number), at: made_at, label: because, kind: "plan", subject: null };
    });
  const of_actions = actions.map((action): Change => {
    return { id: action.id, at: action.at, label: labelOf(action), kind: "action", subject: action.subject };
  });
  return [...of_actions, ...of_plans].toSorted((left, right) => left.at - right.at);
}

/** "all traffic back to v1 by A. Ito", "v2 gets 10 % by Holdfast", "orders switched off by A. Ito" */
export function labelOf({ subject, before, after, enabled, actor }: Action): string {
  if (enabled !== null) return `${presentRelease(subject, null)} switched ${enabled ? "on" : "off"} by ${actor.name}`;
  const all = Object.entries(after).find(([, weight]) => weight >= 1)?.[0];
  if (all !== undefined) {
    const back = (before[all] ?? 0) > 0 ? "all traffic back to" : "all traffic to";
    return `${back} ${presentRelease(subject, all)} by ${actor.name}`;
  }
  return `${gains(subject, before, after)} by ${actor.name}`;
}

/** Names the release whose share grew most; with equal shares before and after, all of them. */
function gains(subject: string, before: Weights, after: Weights): string {
  const grown = Object.entries(after)
    .map(([name, weight]) => ({ name, weight, by: weight - (before[name] ?? 0) }))
    .toSorted((left, right) => right.by - left.by)[0];
  if (!grown) return presentRelease(subject, null);
  return `${presentRelease(subject, grown.name)} gets ${presentShare(grown.weight)}`;
}
