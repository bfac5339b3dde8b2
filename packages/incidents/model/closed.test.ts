import { expect, test } from "vitest";
import { closedAfter, closedWith } from "./closed.ts";
import { presentMove } from "./weights.ts";

const standing = { closed: ["v2"], declared: { v1: 1, v2: 0, v3: 0 }, picked: ["v2", "v3"] };

test.each([
  ["a rollback closes every release that a rule names, but for its own", { roll_back_to: "v3" }, { v3: 1 }, ["v2"]],
  ["a flip leaves rules as they are", { flip_to: "v1" }, { v1: 1 }, ["v2"]],
  ["a flip opens where it leads", { flip_to: "v2" }, { v2: 1 }, []],
  ["a share opens", { weights: { v1: 0.9, v2: 0.1 } }, { v1: 0.9, v2: 0.1 }, []],
  ["no share keeps closed", { weights: { v1: 0.9, v3: 0.1 } }, { v1: 0.9, v3: 0.1 }, ["v2"]],
  ["back to the settings opens all", { weights: { v1: 1 } }, { v1: 1 }, []],
])("%s", (_, input, weights, closed) => {
  expect(closedAfter({ ...input, why: "because" }, weights as Record<string, number>, standing)).toEqual(closed);
});

test("what is found bad is closed once, and only where a rule leads to it", () => {
  expect(closedWith("v3", standing)).toEqual(["v2", "v3"]);
  expect(closedWith("v2", standing)).toEqual(["v2"]);
  expect(closedWith("v1", standing)).toEqual(["v2"]);
});

test("a move reads as what changed, rules included", () => {
  const before = { weights: { v1: 1, v2: 0 }, closed: ["v3"] };
  expect(presentMove(before, { weights: { v1: 1 }, closed: ["v2"] })).toBe(
    "no rule leads to v2 any more; rules lead to v3 again",
  );
});
