// Intervals that several rooms judge by: findings, exit criteria, scores.

/** Bounds of a share of 1. */
export type Interval = { low: number; high: number };

/** Standard normal quantile for 95 % between both bounds. */
const Z_95 = 1.959963984540054;

/**
 * Wilson score interval for a share (E. B. Wilson 1927, J. Am. Stat. Assoc. 22:209; recommended by R. G. Newcombe 1998,
 * Stat. Med. 17:857, method 3): honest also for few trials and shares near 0. `undefined` for no trials.
 */
export function wilsonInterval(hits: number, trials: number, z: number = Z_95): Interval | undefined {
  if (trials <= 0) return undefined;
  const share = hits / trials;
  const shrink = 1 + (z * z) / trials;
  const centre = (share + (z * z) / (2 * trials)) / shrink;
  const spread = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return { low: Math.max(0, centre - spread), high: Math.min(1, centre + spread) };
}
