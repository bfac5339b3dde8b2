import { expect, test } from "vitest";
import { alphaOfLook, nextLook } from "./looks.ts";

test("what all looks spend together stays below alpha and comes close to it", () => {
  let spent = 0;
  for (let look = 1; look <= 100_000; look++) spent += alphaOfLook(0.01, look);
  expect(spent).toBeLessThan(0.01);
  expect(spent).toBeGreaterThan(0.00999);
});

test.each([0, -1, 1.5])("there is no look %d", (look) => {
  expect(() => alphaOfLook(0.01, look)).toThrow(RangeError);
});

test("looks count up for a day, then begin anew", () => {
  const first = nextLook(undefined, 1_000);
  const second = nextLook(first, 6_000);
  expect([first, second]).toEqual([
    { from: 1_000, looks: 1 },
    { from: 1_000, looks: 2 },
  ]);
  expect(nextLook(second, 86_401_000)).toEqual({ from: 86_401_000, looks: 1 });
});
