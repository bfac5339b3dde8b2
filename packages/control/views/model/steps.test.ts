import { expect, test } from "vitest";
import { POINTS_MAX, stepFor } from "./steps.ts";

const NOON = Date.UTC(2026, 0, 5, 12);
const MINUTE = 60_000;

test.each([
  ["15 minutes", 15 * MINUTE, 10_000],
  ["an hour", 60 * MINUTE, 30_000],
  ["a day", 1440 * MINUTE, 10 * MINUTE],
  ["a week", 7 * 1440 * MINUTE, 60 * MINUTE],
  ["a month", 30 * 1440 * MINUTE, 360 * MINUTE],
])("%s is cut into round steps", (_name, window_ms, step_ms) => {
  expect(stepFor(NOON - window_ms, NOON)).toBe(step_ms);
});

test("no window has more points than the page can show, wherever it begins", () => {
  for (let window_ms = 1; window_ms < 1e13; window_ms = Math.ceil(window_ms * 1.7)) {
    for (const shift_ms of [0, 1, 29_999, 3_599_999]) {
      const from = NOON - window_ms + shift_ms;
      const until = NOON + shift_ms;
      const step_ms = stepFor(from, until);
      expect(Math.ceil(until / step_ms) - Math.floor(from / step_ms)).toBeLessThanOrEqual(POINTS_MAX);
    }
  }
});
