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
  const { ratio, from, to } = growthBeyond([pair(2, 3), pair(2, 3)], [pair(4, 5), pair(4, 5)]);
  for (const each of [ratio, from, to]) expect(each).toBeCloseTo(1.2);
});

it("compares what was in turn: a machine that slows down for one pair does so for the other", () => {
  const { ratio, from, to } = growthBeyond([pair(2, 3), pair(2, 30)], [pair(2, 2), pair(2, 20)]);
  for (const each of [ratio, from, to]) expect(each).toBeCloseTo(1.5);
});

it("knows less where pairs do not agree", () => {
  const { ratio, from, to } = growthBeyond([pair(2, 3), pair(2, 3)], [pair(2, 2), pair(2, 3)]);
  expect(ratio).toBeCloseTo(Math.sqrt(1.5));
  expect(from).toBeCloseTo(1);
  expect(to).toBeCloseTo(1.5);
});
