// Looking again and again at growing data finds a difference sooner or later, even where there is none. So each look may
// spend only a part of the false alarms that are allowed in all (K. K. G. Lan and D. L. DeMets 1983, Biometrika 70:659).
import type { Instant } from "@holdfast/base";

/** Looks at one release that share one allowance. `looks` counts from 1. */
export type LookSeries = { from: Instant; looks: number };

/** A series ends after a day, so that a release which ran well for weeks is not held to an unreachable proof. */
const SERIES_MS = 86_400_000;

/** The series after one more look at `now`; the caller keeps it per release and drops it when the release changes. */
export function nextLook(series: LookSeries | undefined, now: Instant): LookSeries {
  if (!series || now - series.from >= SERIES_MS) return { from: now, looks: 1 };
  return { from: series.from, looks: series.looks + 1 };
}

/**
 * What the k-th look may spend of `alpha`: alpha / (k (k + 1)). Over endless looks this sums to alpha, since
 * 1/(k(k+1)) = 1/k − 1/(k+1); by Boole's inequality the chance of any false alarm in a series is then at most alpha,
 * however much the windows of the looks overlap.
 */
export function alphaOfLook(alpha: number, look: number): number {
  if (!Number.isInteger(look) || look < 1) throw new RangeError(`looks count from 1, got ${look}`);
  return alpha / (look * (look + 1));
}
