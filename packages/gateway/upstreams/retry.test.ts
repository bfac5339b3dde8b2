import { RETRY_REASONS } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { backOffMs, isSafe, reasonOfFailure, reasonOfStatus } from "./retry.ts";
import { RetryBudget } from "./retry-budget.ts";

describe("what is safe to repeat", () => {
  test.each([
    ["GET", false, true],
    ["HEAD", false, true],
    ["PUT", false, true],
    ["DELETE", false, true],
    ["POST", false, false],
    ["PATCH", false, false],
    ["POST", true, true],
    ["PATCH", true, true],
  ])("%s, idempotency key %s: %s", (method, has_idempotency_key, safe) => {
    for (const reason of RETRY_REASONS)
      expect(isSafe({ method, has_idempotency_key }, reason)).toBe(safe || reason === "connect-failure");
  });
});

test.each([
  ["unreachable", "connect-failure"],
  ["closed", "reset"],
  ["silent", "timeout"],
  ["invalid", undefined],
  ["cut", undefined],
  ["unsendable", undefined],
] as const)("%s is %s", (kind, reason) => expect(reasonOfFailure({ kind, detail: "" })).toBe(reason));

test.each([
  [200, "gateway-error 5xx 429", undefined],
  [429, "gateway-error 5xx", undefined],
  [429, "429", "429"],
  [503, "gateway-error", "gateway-error"],
  [503, "5xx", "5xx"],
  [500, "gateway-error", undefined],
  [500, "gateway-error 5xx", "5xx"],
  [504, "connect-failure reset", undefined],
] as const)("status %i with `on: %s` is %s", (status, on, reason) => {
  const reasons = RETRY_REASONS.filter((known) => on.split(" ").includes(known));
  expect(reasonOfStatus(status, reasons)).toBe(reason);
});

describe("a budget", () => {
  test("is a share of the calls of its window", () => {
    const budget = new RetryBudget({ budget: 0.1, always: 0 });
    for (let call = 0; call < 100; call++) budget.count(0);
    const taken = Array.from({ length: 20 }, () => budget.take(0)).filter(Boolean);
    expect(taken).toHaveLength(10);
    expect(budget.take(9e6)).toBe(false);
    for (let call = 0; call < 10; call++) budget.count(11e6);
    expect(budget.take(11e6)).toBe(true);
    expect(budget.take(11e6)).toBe(false);
  });

  test("leaves a few where there are few calls", () => {
    const budget = new RetryBudget({ budget: 0.1, always: 3 });
    budget.count(0);
    expect(Array.from({ length: 5 }, () => budget.take(0))).toEqual([true, true, true, false, false]);
  });
});

test("pauses double, are drawn below their bound, and have a longest", () => {
  const random = seededRandom(5);
  for (const [repetition, most] of [
    [1, 25],
    [2, 50],
    [4, 200],
    [20, 5000],
  ] as const) {
    const pauses = Array.from({ length: 200 }, () => backOffMs(25, repetition, random));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(most);
    expect(Math.max(...pauses)).toBeGreaterThan(most * 0.9);
    expect(Math.min(...pauses)).toBeLessThan(most * 0.1);
  }
});
