import type { Role } from "@holdfast/contract";
import { expect, test } from "vitest";
import { leavesNoAdmin, roleAllows } from "./roles.ts";

const ROLES: Role[] = ["viewer", "operator", "admin"];

test("each role may do what the ones before it may, and a stranger nothing", () => {
  const allowed = [undefined, ...ROLES].map((role) => ROLES.filter((needed) => roleAllows(role, needed)));
  expect(allowed).toEqual([[], ["viewer"], ["viewer", "operator"], ["viewer", "operator", "admin"]]);
});

test.each([
  ["the last admin leaves", { from: "admin", to: undefined, admins: 1 }, true],
  ["the last admin becomes operator", { from: "admin", to: "operator", admins: 1 }, true],
  ["the last admin stays admin", { from: "admin", to: "admin", admins: 1 }, false],
  ["one of two admins leaves", { from: "admin", to: undefined, admins: 2 }, false],
  ["an operator leaves", { from: "operator", to: undefined, admins: 1 }, false],
] as const)("%s", (_, change, expected) => {
  expect(leavesNoAdmin(change)).toBe(expected);
});
