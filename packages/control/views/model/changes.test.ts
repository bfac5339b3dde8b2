import type { Action, Weights } from "@holdfast/contract";
import { expect, test } from "vitest";
import { changesOf, labelOf } from "./changes.ts";

const person = { kind: "person", id: "p", name: "A. Ito" } as const;

function action(before: Weights, after: Weights, plan = 7): Action {
  return {
    id: "a",
    at: 2000,
    kind: "shift_traffic",
    subject: "routes.orders",
    before,
    after,
    closed_before: [],
    closed: [],
    enabled_before: null,
    enabled: null,
    actor: person,
    why: "errors",
    finding_id: null,
    issue_id: null,
    plan,
    undone_by: null,
  };
}

test.each([
  [{ v1: 1, v2: 0 }, { v1: 0.9, v2: 0.1 }, "orders@v2 gets 10 % by A. Ito"],
  [{ v1: 0.9, v2: 0.1 }, { v1: 1, v2: 0 }, "all traffic back to orders@v1 by A. Ito"],
  [{ v1: 1, v2: 0 }, { v1: 0, v2: 1 }, "all traffic to orders@v2 by A. Ito"],
])("%j → %j reads %s", (before: Weights, after: Weights, label) => {
  expect(labelOf(action(before, after))).toBe(label);
});

test("a plan that an action made is not shown twice", () => {
  const notes = [
    { number: 6, made_at: 1000, because: "settings applied", workspace: "acme" },
    { number: 7, made_at: 2000, because: "traffic shifted", workspace: "acme" },
  ];
  const changes = changesOf([action({ v1: 0.9, v2: 0.1 }, { v1: 1, v2: 0 })], notes);
  expect(changes.map(({ kind, id }) => [kind, id])).toEqual([
    ["plan", "6"],
    ["action", "a"],
  ]);
});
