import type { ExitCriterion } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { type Critical, decideCriterion, type Evidence } from "./criteria.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const from = 1_000 * DAY;

function stateOf(criterion: ExitCriterion, evidence: Partial<Evidence>) {
  return decideCriterion("quiet", criterion, { now: from, from, criticals: [], measured: null, ...evidence });
}

describe("days without a critical issue", () => {
  const criterion: ExitCriterion = { measure: "days_without_critical", at_least: 7 };
  const closed = (at: number, until: number): Critical => ({ created_at: from + at, resolved_at: from + until });

  test.each([
    ["before the window", -1, [], "unknown", 0, "not begun", /not opened/],
    ["at the begin", 0, [], "not_yet", 0, "0 of 7 days", /launch began/],
    ["after three and a half days", 3.5 * DAY, [], "not_yet", 0.5, "3 of 7 days", /launch began/],
    ["after seven days", 7 * DAY, [], "holds", 1, "7 of 7 days", /launch began/],
    ["long after", 70 * DAY, [], "holds", 1, "7 of 7 days", /launch began/],
    ["since one was closed", 9 * DAY, [closed(0, 2 * DAY)], "holds", 1, "7 of 7 days", /closed/],
    [
      "since the last was closed",
      9 * DAY,
      [closed(0, 7 * DAY), closed(DAY, 2 * DAY)],
      "not_yet",
      2 / 7,
      "2 of 7 days",
      /closed/,
    ],
    ["closed before the window", 9 * DAY, [closed(-9 * DAY, -DAY)], "holds", 1, "7 of 7 days", /launch began/],
    [
      "while one is open",
      9 * DAY,
      [{ created_at: from - DAY, resolved_at: null }],
      "broken",
      0,
      "0 of 7 days",
      /1 severity 1 issue is open/,
    ],
  ] as [string, number, Critical[], string, number, string, RegExp][])(
    "%s",
    (_, passed, criticals, state, progress, value, why) => {
      const seen = stateOf(criterion, { now: from + passed, criticals });
      expect(seen).toMatchObject({ state, value, why: expect.stringMatching(why) });
      expect(seen.progress).toBeCloseTo(progress, 9);
      expect(seen.label).toBe("7 days without a critical issue");
    },
  );
});

describe("the error ratio", () => {
  const criterion: ExitCriterion = { measure: "error_ratio", under: 0.005, over_last: 7 * DAY };

  test.each([
    ["before the window", -1, { calls: 9_000, errors: 0 }, "unknown", "not begun", /not opened/],
    ["when the store is silent", 8 * DAY, null, "unknown", "no answer", /does not answer/],
    ["without calls", 8 * DAY, { calls: 0, errors: 0 }, "unknown", "no calls", /No call came in the last 7 days/],
    ["with too few calls", 8 * DAY, { calls: 200, errors: 0 }, "unknown", "0 %", /Too few calls.*0 % to 1.9 %/],
    ["close to the limit", 8 * DAY, { calls: 10_000, errors: 48 }, "unknown", "0.48 %", /Too few calls/],
    ["far below", 8 * DAY, { calls: 100_000, errors: 100 }, "holds", "0.1 %", /Below the limit \(100,000 calls/],
    [
      "far below, but not for long",
      3 * DAY + HOUR,
      { calls: 100_000, errors: 100 },
      "not_yet",
      "0.1 %",
      /3 days of 7 days/,
    ],
    ["far above", HOUR, { calls: 2_000, errors: 204 }, "broken", "10.2 %", /Above the limit/],
  ] as [string, number, Evidence["measured"], string, string, RegExp][])(
    "%s",
    (_, passed, measured, state, value, why) => {
      const seen = stateOf(criterion, { now: from + passed, measured });
      expect(seen).toMatchObject({
        state,
        value,
        why: expect.stringMatching(why),
        label: "Errors under 0.5 % over 7 days",
      });
      expect(seen.progress).toBeGreaterThanOrEqual(0);
      expect(seen.progress).toBeLessThanOrEqual(1);
      expect(seen.progress === 1).toBe(state === "holds");
    },
  );
});
