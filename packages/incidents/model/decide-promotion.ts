// What becomes of a promotion at this moment: whether it waits, moves on, or has ended under somebody's hand. It only ever gives what
// its steps say, and gives nothing while nobody can see how the release does.
import { type Id, type Instant, presentCount, presentShare } from "@holdfast/base";
import type { Promotion, Weights } from "@holdfast/contract";
import { rounded } from "./weights.ts";

export type PromotionQuestion = {
  promotion: Promotion;
  /** The action that holds the subject's weights; undefined: nothing does. `by`: whose it was. */
  standing: { action_id: Id | undefined; by: string | undefined };
  /** Calls of the release since the step began; undefined when they cannot be seen. */
  calls: number | undefined;
  now: Instant;
};

export type PromotionDecision =
  /** `step`: as many as there are steps gives it everything. */
  { decide: "move"; step: number } | { decide: "wait"; why: string } | { decide: "end"; why: string };

export function decidePromotion({ promotion, standing, calls, now }: PromotionQuestion): PromotionDecision {
  const { to, step, steps, step_since, least_calls, state, action_id } = promotion;
  if ((standing.action_id ?? null) !== action_id)
    return {
      decide: "end",
      why:
        standing.by === undefined
          ? "Its weights are not held any more: settings or an undo took them back."
          : `${standing.by} moved traffic since its last step.`,
    };
  if (state === "paused") return { decide: "wait", why: promotion.why };
  const { for_ms, share } = steps[step] as Promotion["steps"][number];
  if (now - step_since < for_ms)
    return { decide: "wait", why: `${to} has ${presentShare(share)} until its time is over.` };
  if (calls === undefined) return { decide: "wait", why: "Calls cannot be seen, so nothing moves." };
  if (calls < least_calls)
    return {
      decide: "wait",
      why: `${presentCount(calls)} of the ${presentCount(least_calls)} calls that this step needs were made on ${to}.`,
    };
  return { decide: "move", step: step + 1 };
}

/** Shares when `to` has `share`: the others keep their proportion to each other. Undefined when nobody else has anything. */
export function weightsAt(before: Weights, to: string, share: number): Weights | undefined {
  const others = Object.entries(before).filter(([name, weight]) => name !== to && weight > 0);
  const total = others.reduce((sum, [, weight]) => sum + weight, 0);
  if (total <= 0) return undefined;
  const weights: Weights = Object.fromEntries(Object.keys(before).map((name) => [name, 0]));
  for (const [name, weight] of others) weights[name] = rounded(((1 - share) * weight) / total);
  weights[to] = rounded(1 - others.reduce((sum, [name]) => sum + (weights[name] ?? 0), 0));
  return weights;
}

/** What `to` gets in a step. */
export function shareAt({ steps }: Pick<Promotion, "steps">, step: number): number {
  return steps[step]?.share ?? 1;
}

/** The first step that gives more than `share`; undefined when everything is there already. */
export function firstStep(promotion: Pick<Promotion, "steps">, share: number): number | undefined {
  if (share >= 1) return undefined;
  const step = promotion.steps.findIndex((one) => one.share > share);
  return step < 0 ? promotion.steps.length : step;
}
