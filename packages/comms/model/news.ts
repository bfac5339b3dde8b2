// Whether a change of status is news to the reporter, or only a slip of the hand that was taken back before they heard of it.
import type { Instant } from "@holdfast/base";
import type { ReportStatus } from "@holdfast/contract";

/** A status that a report got, oldest first in its history. */
export type ReportStep = { status: ReportStatus; at: Instant; note: string | null };

/**
 * A reporter has heard of the first status, and of each that stood for at least `settle_ms`, because its mail left then. The
 * newest is news when it says something else than what they heard last.
 */
export function isNews(history: readonly ReportStep[], settle_ms: number): boolean {
  const newest = history.at(-1);
  const heard = history.findLast((step, index) => {
    const next = history[index + 1];
    return next !== undefined && (index === 0 || next.at - step.at >= settle_ms);
  });
  if (!newest || !heard) return newest !== undefined;
  return newest.status !== heard.status || (newest.note !== null && newest.note !== heard.note);
}
