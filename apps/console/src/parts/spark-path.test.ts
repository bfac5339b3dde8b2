import { expect, it } from "vitest";
import { sparkPaths } from "./spark-path.ts";

const size = { width: 104, height: 24 };

it("draws one path for each stretch between gaps", () => {
  expect(sparkPaths([0, 0, null, 0.1, 0.1], size)).toHaveLength(2);
});
it("shows a lonely value as a dot", () => expect(sparkPaths([null, 0.1, null], size)[0]).toMatch(/h0\.01$/));
it("has nothing to draw without values", () => expect(sparkPaths([null, null], size)).toEqual([]));
it("keeps small noise small", () => {
  expect(sparkPaths([0, 0.001], size)).toEqual(["M2.0 22.0L102.0 21.0"]);
});
