import { expect, test } from "vitest";
import { claimOf, headerText } from "./claims.ts";

test.each([
  ["lena", "lena"],
  [7, "7"],
  [true, "true"],
  [["a", "b"], "a,b"],
  ["Zoë\r\nx-admin: 1", "Zo%C3%AB%0D%0Ax-admin: 1"],
  ["100%", "100%25"],
  ["", undefined],
  [{ a: 1 }, undefined],
  [undefined, undefined],
  [null, undefined],
  ["x".repeat(3000), undefined],
])("%j becomes %j", (claim, text) => expect(headerText(claim)).toBe(text));

test("a claim is found by its own name before the way to it, and nothing that is not its own", () => {
  expect(claimOf({ "realm.roles": 1, realm: { roles: 2 } }, "realm.roles")).toBe(1);
  expect(claimOf({ realm: { roles: 2 } }, "realm.roles")).toBe(2);
  expect(claimOf({ realm: "text" }, "realm.length")).toBeUndefined();
  expect(claimOf({}, "constructor.name")).toBeUndefined();
});
