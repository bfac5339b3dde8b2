// Is one error ratio higher than another by more than chance? Exact at any sample size.
import { logChoose } from "./log-gamma.ts";
import { upperTail } from "./tail.ts";

export type Sample = { calls: number; errors: number };

/**
 * One-sided Fisher exact test (R. A. Fisher 1922, J. R. Stat. Soc. 85:87): the probability of at least `tested.errors`
 * errors falling on the tested calls, if all errors fell on calls of both samples alike. With no errors, or without calls on
 * one side, this is 1: nothing is shown.
 */
export function fisherExactGreater(tested: Sample, baseline: Sample): number {
  const calls = tested.calls + baseline.calls;
  const errors = tested.errors + baseline.errors;
  const least = Math.max(0, errors - baseline.calls);
  const most = Math.min(errors, tested.calls);
  if (tested.errors <= least) return 1;
  const log_first =
    logChoose(tested.calls, tested.errors) + logChoose(baseline.calls, baseline.errors) - logChoose(calls, errors);
  return upperTail(
    tested.errors,
    most,
    log_first,
    (x) => ((errors - x) * (tested.calls - x)) / ((x + 1) * (baseline.calls - errors + x + 1)),
  );
}
