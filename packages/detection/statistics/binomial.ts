// Is an error ratio higher than a fixed level by more than chance? Used where there is no baseline to compare with.
import type { Sample } from "./fisher.ts";
import { logChoose } from "./log-gamma.ts";
import { upperTail } from "./tail.ts";

/**
 * One-sided exact binomial test (C. J. Clopper and E. S. Pearson 1934, Biometrika 26:404): the probability of at least
 * `tested.errors` errors if each call failed with probability `level`.
 */
export function binomialExactGreater(tested: Sample, level: number): number {
  if (tested.errors <= 0 || level >= 1) return 1;
  if (level <= 0) return 0;
  const { calls, errors } = tested;
  const log_first = logChoose(calls, errors) + errors * Math.log(level) + (calls - errors) * Math.log1p(-level);
  const odds = level / (1 - level);
  return upperTail(errors, calls, log_first, (x) => ((calls - x) / (x + 1)) * odds);
}
