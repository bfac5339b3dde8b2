// How bad a story got, and since when, read off the minutes of its release. A finding alone understates both: its window
// also holds the healthy minutes before, and it was raised as soon as it was sure, not at the worst.
import type { Instant } from "@holdfast/base";
import type { MeasureRow } from "@holdfast/contract";
import type { Story } from "./story.ts";

export type Course = { from: Instant; peak: number };

/** A minute with fewer calls says too little to be called the worst. */
const CALLS_LEAST = 10;

/** `minutes` are rows of one step each. Without rows (older than they reach), what the findings said. */
export function courseOf({ finding, from }: Story, minutes: readonly MeasureRow[]): Course {
  const own = minutes
    .filter(({ subject, release }) => subject === finding.subject && release === finding.release)
    .filter(({ at, calls }) => at + STEP_SLACK_MS >= from && calls >= CALLS_LEAST)
    .map(({ at, calls, errors }) => ({ at, share: errors / calls }));
  const usual = finding.baseline_value ?? 0;
  const bad = own.filter(({ share }) => share - usual >= (finding.value - usual) / 2).map(({ at }) => at);
  return {
    from: bad.length > 0 ? Math.max(from, Math.min(...bad)) : from,
    peak: Math.max(finding.value, ...own.map(({ share }) => share)),
  };
}

/** The minute in which the trouble began started before it. */
const STEP_SLACK_MS = 60_000;
