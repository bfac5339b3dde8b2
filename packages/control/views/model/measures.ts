// Sums and series out of the rows that the store of calls answers with.
import type { Instant } from "@holdfast/base";
import { countedCalls, type MeasureRow, type TideSeries } from "@holdfast/contract";

export type Totals = { calls: number; errors: number };

export function totalsOf(rows: readonly MeasureRow[]): Totals {
  return rows.reduce((sum, row) => ({ calls: sum.calls + countedCalls(row), errors: sum.errors + row.errors }), {
    calls: 0,
    errors: 0,
  });
}

/** One line per release, in the order of their names; steps without calls stay absent, and so do calls that no release got. */
export function seriesOf(rows: readonly MeasureRow[]): TideSeries[] {
  const by_release = Map.groupBy(
    rows.filter((row) => row.release !== ""),
    (row) => row.release,
  );
  return [...by_release]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([release, own]) => ({
      release,
      subject: own[0]?.subject ?? "",
      points: own.toSorted((left, right) => left.at - right.at).map(({ at, calls, errors }) => [at, calls, errors]),
    }));
}

/** Error share of 1 for each step of the window, oldest first; null where nothing was called. */
export function sparklineOf(
  rows: readonly MeasureRow[],
  window: { from: Instant; until: Instant; step_ms: number },
): (number | null)[] {
  const by_step = Map.groupBy(rows, (row) => Math.floor(row.at / window.step_ms));
  const first = Math.floor(window.from / window.step_ms);
  const steps = Math.ceil(window.until / window.step_ms) - first;
  return Array.from({ length: steps }, (_, index) => {
    const { calls, errors } = totalsOf(by_step.get(first + index) ?? []);
    return calls === 0 ? null : errors / calls;
  });
}

/** Calls a minute over the last `over_ms` of the window. */
export function perMinute(rows: readonly MeasureRow[], until: Instant, over_ms: number): number {
  const { calls } = totalsOf(rows.filter((row) => row.at >= until - over_ms && row.at < until));
  return Math.round((calls / over_ms) * 60_000 * 10) / 10;
}

/** The subject with most calls; undefined when nothing was called. */
export function busiestOf(rows: readonly MeasureRow[]): string | undefined {
  const calls_by_subject = [...Map.groupBy(rows, (row) => row.subject)].map(
    ([subject, own]) => [subject, totalsOf(own).calls] as const,
  );
  return calls_by_subject.toSorted(([, left], [, right]) => right - left)[0]?.[0];
}
