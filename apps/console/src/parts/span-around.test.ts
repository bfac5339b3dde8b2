import { expect, it } from "vitest";
import { spanAround } from "./span-around.ts";

const minute = 60_000;

it("shows what led to a moment, and what came after", () => {
  expect(spanAround(100 * minute, 500 * minute)).toEqual({ from: 55 * minute, until: 130 * minute });
});
it("does not reach into the future", () => {
  expect(spanAround(100 * minute, 105 * minute).until).toBe(105 * minute);
});
it("always contains its moment", () => {
  const { from, until } = spanAround(100 * minute, 100 * minute);
  expect(from < 100 * minute && until > 100 * minute).toBe(true);
});
