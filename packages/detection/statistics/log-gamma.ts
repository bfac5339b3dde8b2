// The logarithm of the gamma function, on which the exact tests rest.

/** Below this the series is not exact to the last digits; the recurrence lifts smaller arguments above it. */
const SERIES_FROM = 15;
const HALF_LOG_TWO_PI = 0.9189385332046727;

/**
 * ln Γ(x) for x > 0, to about 15 digits: Stirling's series (NIST Digital Library of Mathematical Functions 5.11.1), reached
 * by the recurrence Γ(x + 1) = x Γ(x) (5.5.1).
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma needs a positive number, got ${x}`);
  let lifted = x;
  let product = 1;
  while (lifted < SERIES_FROM) product *= lifted++;
  const inverse = 1 / lifted;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (lifted - 0.5) * Math.log(lifted) - lifted + HALF_LOG_TWO_PI + series - Math.log(product);
}

/** ln of the binomial coefficient "`of` over `take`". */
export function logChoose(of: number, take: number): number {
  return logGamma(of + 1) - logGamma(take + 1) - logGamma(of - take + 1);
}
