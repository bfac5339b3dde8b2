import { expect, test } from "vitest";
import { isNews, type ReportStep } from "./news.ts";

const SETTLE_MS = 5_000;

/** Steps as [seconds, status, note]. */
function history(...steps: [number, ReportStep["status"], string?][]): ReportStep[] {
  return steps.map(([seconds, status, note]) => ({ at: seconds * 1_000, status, note: note ?? null }));
}

test.each([
  ["the first status", history([0, "received"]), true],
  ["a new status", history([0, "received"], [60, "fixing"]), true],
  ["a slip that was taken back", history([0, "received"], [60, "fixing"], [63, "received"]), false],
  ["one of three slips that stands", history([0, "received"], [60, "fixing"], [61, "received"], [62, "fixing"]), true],
  ["a step back that came too late to be unheard", history([0, "received"], [60, "fixing"], [65, "received"]), true],
  ["back to what was heard", history([0, "received"], [9, "fixing"], [60, "resolved"], [62, "fixing"]), false],
  [
    "the same with other words",
    history([0, "received"], [9, "deferred", "a"], [60, "fixing"], [61, "deferred", "b"]),
    true,
  ],
  [
    "the same with the same words",
    history([0, "received"], [9, "deferred", "a"], [60, "fixing"], [61, "deferred", "a"]),
    false,
  ],
  ["nothing at all", [], false],
])("%s", (_, steps, news) => {
  expect(isNews(steps, SETTLE_MS)).toBe(news);
});
