import type { FindingDraft } from "@holdfast/detection";
import { describe, expect, test } from "vitest";
import { decideRollback, type RollbackQuestion } from "./decide-rollback.ts";

const MINUTE = 60_000;
const now = 1_000 * MINUTE;

const seen: FindingDraft = {
  detector: "error_ratio",
  subject: "routes.orders",
  release: "v2",
  baseline: "v1",
  window_from: now - 2 * MINUTE,
  window_until: now,
  value: 0.4,
  baseline_value: 0.01,
  calls: 200,
  errors: 80,
  baseline_calls: 1_800,
  baseline_errors: 18,
  p_value: 1e-40,
  sentence: "orders@v2 fails 40 % of 200 calls.",
};

const rollback = { against: "v1", error_ratio_over: 0.05, window_ms: 2 * MINUTE, least_calls: 100, automatic: true };
const rules = { closed: [], picked: [] };
const question: RollbackQuestion = {
  finding: { at: now },
  seen,
  subject: { ...rules, weights: { v1: 0.85, v2: 0.1, v3: 0.05 }, rollback },
  by_person: undefined,
  now,
};
const person = { kind: "person" as const, id: "lena", name: "Lena" };

test("traffic of the bad release goes to the one it is measured against, and nowhere else", () => {
  expect(decideRollback(question)).toEqual({
    decide: "roll_back",
    after: { v1: 0.95, v2: 0, v3: 0.05 },
    closed: [],
    why: seen.sentence,
  });
});

test("a release that only rules lead to is closed to them, though no share of it can move", () => {
  const subject = { weights: { v1: 1, v2: 0 }, closed: ["v3"], picked: ["v2", "v3"], rollback };
  const { after, closed } = decideRollback({ ...question, subject }) as { after: object; closed: string[] };
  expect({ after, closed }).toEqual({ after: { v1: 1, v2: 0 }, closed: ["v3", "v2"] });
  const again = decideRollback({ ...question, subject: { ...subject, closed } });
  expect(again).toMatchObject({ decide: "hold", because: "orders@v2 gets no traffic already." });
});

test("a person who acted long before the finding does not stand in the way", () => {
  const by_person = { at: now - 31 * MINUTE, actor: person };
  expect(decideRollback({ ...question, by_person }).decide).toBe("roll_back");
});

describe("holds", () => {
  const held: [string, Partial<RollbackQuestion>, RegExp][] = [
    ["when the plan lost the subject", { subject: undefined }, /may go back/],
    ["without rollback settings", { subject: { ...rules, weights: { v1: 0.9, v2: 0.1 } } }, /may go back/],
    ["when it is not switched on", withRollback({ automatic: false }), /not switched on/],
    ["for the release that others go back to", { seen: { ...seen, release: "v1" } }, /has no other/],
    ["when the plan lost the release", withWeights({ v1: 1 }), /no longer has both/],
    ["when the plan lost the way back", withWeights({ v2: 1 }), /no longer has both/],
    ["when there is nothing left to take away", withWeights({ v1: 1, v2: 0 }), /no traffic already/],
    ["one call below the sample", { seen: { ...seen, calls: 99 } }, /99 calls are too few; 100 are needed/],
    [
      "without a baseline",
      { seen: { ...seen, baseline: null, baseline_calls: 0 } },
      /No call shows that v1 does better/,
    ],
    ["against another baseline", { seen: { ...seen, baseline: "v3" } }, /No call shows that v1 does better/],
    ["when the window is old", { now: now + 2 * MINUTE + 1 }, /too old/],
    ["after a person's hand", { by_person: { at: now + 1, actor: person } }, /Lena set the split/],
    ["shortly after a person's hand", { by_person: { at: now - 29 * MINUTE, actor: person } }, /a person wins/],
  ];

  test.each(held)("%s", (_, change, because) => {
    expect(decideRollback({ ...question, ...change })).toEqual({
      decide: "hold",
      because: expect.stringMatching(because),
    });
  });

  function withRollback(change: Partial<typeof rollback>) {
    return { subject: { ...rules, weights: { v1: 0.9, v2: 0.1 }, rollback: { ...rollback, ...change } } };
  }

  function withWeights(weights: Record<string, number>) {
    return { subject: { ...rules, weights, rollback } };
  }
});
