import { expect, it } from "vitest";
import { growthBeyond, growthOf, type Pair, type Times } from "./tails.ts";

/** A round of 200 calls whose slowest hundredth takes `p99_ms`. */
function round(p99_ms: number): Times {
  return [...Array.from({ length: 197 }, () => 1), ...Array.from({ length: 3 }, () => p99_ms)];
}

function pair(before_ms: number, after_ms: number): Pair {
  return { before: [round(before_ms)], after: [round(after_ms)] };
}

it("says how much the slowest hundredth grew", () => {
  const growth = growthOf([pair(2, 3), pair(2, 3)]);
  expect(growth).toMatchObject({ before_p99_ms: 2, after_p99_ms: 3, ratio: 1.5, from: 1.5, to: 1.5 });
});

it("takes off what others grew in the same time without a reason", () => {
  expect(growthBeyond([pair(2, 3), pair(2, 3)], [pair(4, 5), pair(4, 5)])).toEqual({ ratio: 1.2, from: 1.2, to: 1.2 });
  expect(growthBeyond([pair(2, 3)], [pair(2, 3)]).ratio).toBe(1);
});

it("knows less where the others do not agree", () => {
  const { from, to } = growthBeyond([pair(2, 3), pair(2, 3)], [pair(2, 2), pair(2, 3)]);
  expect(from).toBeCloseTo(1);
  expect(to).toBeCloseTo(1.5);
});
