import fc from "fast-check";
import { expect, test } from "vitest";
import { wilsonInterval } from "./statistics.ts";

// The four examples of Newcombe 1998, table I, method 3.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("%i of %i lies between %d and %d", (hits, trials, low, high) => {
  const interval = wilsonInterval(hits, trials);
  expect(interval?.low).toBeCloseTo(low, 4);
  expect(interval?.high).toBeCloseTo(high, 4);
});

test("no trials give no interval", () => {
  expect(wilsonInterval(0, 0)).toBeUndefined();
});

test("the interval holds the share, stays within 0 and 1, and narrows with more trials", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (trials, part) => {
      const hits = Math.round(trials * part);
      const { low, high } = wilsonInterval(hits, trials) as { low: number; high: number };
      const more = wilsonInterval(hits * 10, trials * 10) as { low: number; high: number };
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(hits / trials + 1e-12);
      expect(high).toBeGreaterThanOrEqual(hits / trials - 1e-12);
      expect(more.high - more.low).toBeLessThan(high - low);
    }),
  );
});
