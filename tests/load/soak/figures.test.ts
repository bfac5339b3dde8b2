import { expect, test } from "vitest";
import { medianOf, quartersOf, slopeOf } from "./figures.ts";

test("the median of an odd and of an even number of values, in whatever order", () => {
  expect(medianOf([9, 1, 5])).toBe(5);
  expect(medianOf([9, 1, 5, 6])).toBe(5.5);
});

test("quarters hold every value once, in order", () => {
  expect(quartersOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual([
    [1, 2],
    [3, 4, 5],
    [6, 7],
    [8, 9, 10],
  ]);
});

test("the slope of a line is its own, and that of noise around one lies between", () => {
  expect(slopeOf([0, 1, 2, 3].map((x) => ({ x, y: 5 - 2 * x })))).toBeCloseTo(-2);
  // By hand: means 1 and 2; together (-1)(-2) + 0 + 1·1 = 3, over 2.
  expect(
    slopeOf([
      { x: 0, y: 0 },
      { x: 1, y: 3 },
      { x: 2, y: 3 },
    ]),
  ).toBeCloseTo(1.5);
});
