// Exit criteria as they stand at this moment: measured, never stored. Too little data is a state of its own, not a pass.
import { type Instant, presentMany, presentShare, unreachable, wilsonInterval } from "@holdfast/base";
import type { CriterionState, ExitCriterion } from "@holdfast/contract";

const DAY_MS = 86_400_000;

/** A severity 1 issue. */
export type Critical = { created_at: Instant; resolved_at: Instant | null };

/** What the criteria are judged by. `measured` null: the store of calls did not answer. */
export type Evidence = {
  now: Instant;
  /** Begin of the launch's window; nothing before it counts. */
  from: Instant;
  criticals: readonly Critical[];
  measured: { calls: number; errors: number } | null;
};

type Judged = Omit<CriterionState, "name" | "measure" | "label">;

export function decideCriterion(name: string, criterion: ExitCriterion, evidence: Evidence): CriterionState {
  return { name, measure: criterion.measure, label: labelOf(criterion), ...judge(criterion, evidence) };
}

function judge(criterion: ExitCriterion, evidence: Evidence): Judged {
  if (evidence.now < evidence.from) return unknown("not begun", "The launch's window has not opened yet.");
  switch (criterion.measure) {
    case "days_without_critical":
      return judgeQuietDays(criterion.at_least, evidence);
    case "error_ratio":
      return judgeErrorRatio(criterion, evidence);
    default:
      return unreachable(criterion);
  }
}

function labelOf(criterion: ExitCriterion): string {
  if (criterion.measure === "days_without_critical") {
    return `${presentMany(criterion.at_least, "day")} without a critical issue`;
  }
  return `Errors under ${presentShare(criterion.under)} over ${presentSpan(criterion.over_last)}`;
}

/** Counted from the begin of the window or from the moment when the last severity 1 issue was closed. */
function judgeQuietDays(at_least: number, { now, from, criticals }: Evidence): Judged {
  const open = criticals.filter(({ resolved_at }) => resolved_at === null).length;
  if (open > 0) {
    const why = `${presentMany(open, "severity 1 issue")} ${open === 1 ? "is" : "are"} open.`;
    return { state: "broken", progress: 0, value: `0 of ${presentMany(at_least, "day")}`, why };
  }
  const last = Math.max(0, ...criticals.map(({ resolved_at }) => resolved_at ?? 0));
  const days = (now - Math.max(from, last)) / DAY_MS;
  const whole = Math.min(Math.floor(days), at_least);
  return {
    state: days >= at_least ? "holds" : "not_yet",
    progress: share(days / at_least),
    value: `${whole} of ${presentMany(at_least, "day")}`,
    why: last > from ? "Counted since the last severity 1 issue was closed." : "Counted since the launch began.",
  };
}

/**
 * Holds when the whole Wilson interval (95 %) of the ratio is below the limit and the measured time is as long as asked for;
 * broken when the whole interval is above. In between the data does not decide: unknown.
 */
function judgeErrorRatio(limit: { under: number; over_last: number }, { now, from, measured }: Evidence): Judged {
  if (measured === null) return unknown("no answer", "The store of calls does not answer; ask again in a moment.");
  const interval = wilsonInterval(measured.errors, measured.calls);
  if (!interval) return unknown("no calls", `No call came in the last ${presentSpan(limit.over_last)}.`);
  const value = presentShare(measured.errors / measured.calls);
  const range = `${presentMany(measured.calls, "call")}, 95 % sure: ${presentShare(interval.low)} to ${presentShare(interval.high)}`;
  const below = share(limit.under / Math.max(interval.high, Number.MIN_VALUE));
  if (interval.low >= limit.under)
    return { state: "broken", progress: below, value, why: `Above the limit (${range}).` };
  if (interval.high >= limit.under) {
    return { state: "unknown", progress: below, value, why: `Too few calls to be sure either way (${range}).` };
  }
  const passed = (now - from) / limit.over_last;
  if (passed >= 1) return { state: "holds", progress: 1, value, why: `Below the limit (${range}).` };
  const time = `${presentSpan(now - from)} of ${presentSpan(limit.over_last)}`;
  return { state: "not_yet", progress: share(passed), value, why: `Below the limit for ${time} (${range}).` };
}

function unknown(value: string, why: string): Judged {
  return { state: "unknown", progress: 0, value, why };
}

function share(part: number): number {
  return Math.min(1, Math.max(0, part));
}

/** The largest unit that counts at least one, rounded down: "7 days", "3 hours", "20 minutes". */
function presentSpan(span_ms: number): string {
  if (span_ms >= DAY_MS) return presentMany(Math.floor(span_ms / DAY_MS), "day");
  if (span_ms >= 3_600_000) return presentMany(Math.floor(span_ms / 3_600_000), "hour");
  return presentMany(Math.floor(span_ms / 60_000), "minute");
}
