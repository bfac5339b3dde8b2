import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialExactGreater } from "./binomial.ts";
import { fisherExactGreater } from "./fisher.ts";
import { logGamma } from "./log-gamma.ts";

describe("ln Γ", () => {
  test.each([
    [1, 0],
    [2, 0],
    [0.5, 0.5723649429247001], // ln √π
    [10, 12.801827480081469], // ln 9!
    [100, 359.1342053695754], // ln 99!
    [0.1, 2.252712651734206],
  ])("of %d is %d", (x, value) => {
    expect(logGamma(x)).toBeCloseTo(value, 12);
  });

  test("agrees with the product up to 170!", () => {
    let factorial = 1;
    for (let n = 1; n <= 170; n++) {
      factorial *= n;
      expect(Math.abs(logGamma(n + 1) - Math.log(factorial)) / Math.max(1, Math.log(factorial))).toBeLessThan(4e-15);
    }
  });

  test.each([0, -1, Number.NaN])("of %d does not exist", (x) => {
    expect(() => logGamma(x)).toThrow(RangeError);
  });
});

describe("Fisher's exact test, one-sided", () => {
  // Fisher's tea tasting (1935) and his convictions of twins (1962), as R's fisher.test prints them.
  test.each([
    [{ calls: 4, errors: 3 }, { calls: 4, errors: 1 }, 0.2428571428571429],
    [{ calls: 13, errors: 10 }, { calls: 17, errors: 2 }, 0.000465180941],
    [{ calls: 100, errors: 0 }, { calls: 100, errors: 5 }, 1],
    [{ calls: 0, errors: 0 }, { calls: 100, errors: 5 }, 1],
    [{ calls: 10, errors: 5 }, { calls: 0, errors: 0 }, 1],
  ])("%o beside %o: p = %d", (tested, baseline, p_value) => {
    expect(fisherExactGreater(tested, baseline)).toBeCloseTo(p_value, 11);
  });

  test("agrees with the sum of exact integer fractions", () => {
    const size = fc.integer({ min: 1, max: 120 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, share, size, share, (calls, part, baseline_calls, baseline_part) => {
        const tested = { calls, errors: Math.round(calls * part) };
        const baseline = { calls: baseline_calls, errors: Math.round(baseline_calls * baseline_part) };
        const exact = exactFisher(tested, baseline);
        expect(Math.abs(fisherExactGreater(tested, baseline) - exact)).toBeLessThanOrEqual(exact * 1e-10);
      }),
    );
  });

  test("stays sound and quick with a million calls", () => {
    const even = fisherExactGreater({ calls: 1e6, errors: 5e5 }, { calls: 1e6, errors: 5e5 });
    expect(even).toBeGreaterThan(0.5);
    expect(even).toBeLessThan(0.501);
    expect(fisherExactGreater({ calls: 1e6, errors: 2e5 }, { calls: 1e6, errors: 1e3 })).toBe(0);
  });
});

describe("the exact binomial test, one-sided", () => {
  test.each([
    [{ calls: 10, errors: 10 }, 0.5, 2 ** -10],
    [{ calls: 10, errors: 6 }, 0.5, 386 / 1024],
    [{ calls: 3, errors: 1 }, 0.1, 1 - 0.9 ** 3],
    [{ calls: 235, errors: 51 }, 1 / 6, 0.026544245711659], // the dice example of R's binom.test
    [{ calls: 10, errors: 0 }, 0.5, 1],
    [{ calls: 10, errors: 1 }, 0, 0],
    [{ calls: 10, errors: 10 }, 1, 1],
  ])("%o at %d: p = %d", (tested, level, p_value) => {
    expect(binomialExactGreater(tested, level)).toBeCloseTo(p_value, 12);
  });
});

type Sample = { calls: number; errors: number };

/** The same tail in whole numbers, divided once at the end. */
function exactFisher(tested: Sample, baseline: Sample): number {
  const errors = tested.errors + baseline.errors;
  let hits = 0n;
  for (let x = tested.errors; x <= Math.min(errors, tested.calls); x++)
    hits += choose(tested.calls, x) * choose(baseline.calls, errors - x);
  return Number(hits) / Number(choose(tested.calls + baseline.calls, errors));
}

function choose(of: number, take: number): bigint {
  if (take < 0 || take > of) return 0n;
  let product = 1n;
  for (let step = 1; step <= take; step++) product = (product * BigInt(of - take + step)) / BigInt(step);
  return product;
}
