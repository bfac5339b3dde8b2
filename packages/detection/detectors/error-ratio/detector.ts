// A release that fails too often, and more often than the release it would be rolled back to. Its settings are `rollback` of
// a route or model, compiled. What to do about a finding is left to `incidents`.
import { presentMany, presentRelease, presentShare, wilsonInterval } from "@holdfast/base";
import type { PlanRollback } from "@holdfast/contract";
import { defineDetector, type FindingDraft, type ReleaseWindow } from "../../detector.ts";
import { alphaOfLook } from "../../looks.ts";
import { binomialExactGreater } from "../../statistics/binomial.ts";
import { fisherExactGreater, type Sample } from "../../statistics/fisher.ts";

/** Chance of a false finding for one release in one series of looks: once in a hundred days. */
const ALPHA = 0.01;

export type ErrorRatioSettings = Pick<PlanRollback, "error_ratio_over" | "least_calls">;

export const errorRatio = defineDetector<ErrorRatioSettings>({
  id: "error_ratio",
  prepare: (settings) => ({ detect: (window) => detectErrorRatio(window, settings) }),
});

/**
 * A finding when all of these hold: enough calls; the ratio is above the level; and the excess is more than chance, against
 * the baseline's calls or, where the baseline has none, against the level itself. Undefined otherwise.
 */
export function detectErrorRatio(window: ReleaseWindow, settings: ErrorRatioSettings): FindingDraft | undefined {
  const { tested } = window;
  const baseline = window.baseline && window.baseline.calls > 0 ? window.baseline : undefined;
  if (tested.calls < Math.max(1, settings.least_calls)) return undefined;
  if (ratioOf(tested) <= settings.error_ratio_over) return undefined;
  const p_value = baseline
    ? fisherExactGreater(tested, baseline)
    : binomialExactGreater(tested, settings.error_ratio_over);
  if (p_value > alphaOfLook(ALPHA, window.look)) return undefined;
  return {
    detector: "error_ratio",
    subject: window.subject,
    release: tested.release,
    baseline: baseline?.release ?? null,
    window_from: window.from,
    window_until: window.until,
    value: ratioOf(tested),
    baseline_value: baseline ? ratioOf(baseline) : null,
    calls: tested.calls,
    errors: tested.errors,
    baseline_calls: baseline?.calls ?? 0,
    baseline_errors: baseline?.errors ?? 0,
    p_value,
    sentence: presentFinding(window.subject, tested, baseline, settings),
  };
}

function ratioOf({ calls, errors }: Sample): number {
  return errors / calls;
}

/** "orders@v2 fails 10.2 % of 2,104 calls (95 % sure: 9 % to 11.6 %); orders@v1 fails 0.5 % of 18,900." */
function presentFinding(
  subject: string,
  tested: ReleaseWindow["tested"],
  baseline: ReleaseWindow["baseline"],
  settings: ErrorRatioSettings,
): string {
  const interval = wilsonInterval(tested.errors, tested.calls);
  const range = interval ? ` (95 % sure: ${presentShare(interval.low)} to ${presentShare(interval.high)})` : "";
  const beside = baseline
    ? `${presentRelease(subject, baseline.release)} fails ${presentShare(ratioOf(baseline))} of ${presentMany(baseline.calls, "call")}`
    : `there is no other release to compare with, and ${presentShare(settings.error_ratio_over)} is the limit`;
  return `${presentRelease(subject, tested.release)} fails ${presentShare(ratioOf(tested))} of ${presentMany(tested.calls, "call")}${range}; ${beside}.`;
}
