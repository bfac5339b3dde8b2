// Sums the upper tail of a discrete distribution with one peak, from its first term and the ratio of neighbours.

/** Terms this much smaller than the sum change nothing in double precision. */
const NEGLIGIBLE = 1e-17;

/**
 * P(X ≥ from), for P(X = from) = exp(log_first) and P(X = x + 1) = P(X = x) · ratio(x). Ratios must fall as x grows, so once
 * below 1 the rest is smaller than a geometric series and the sum may stop. Cost: about the distribution's spread.
 */
export function upperTail(from: number, until: number, log_first: number, ratio: (x: number) => number): number {
  let term = 1;
  let sum = 1;
  for (let x = from; x < until; x++) {
    const step = ratio(x);
    term *= step;
    sum += term;
    if (step < 1 && term < sum * NEGLIGIBLE * (1 - step)) break;
  }
  return Math.min(1, Math.exp(log_first + Math.log(sum)));
}
