import { expect, test } from "vitest";
import { parseDuration, parsePercent, parseRate, parseSize } from "./units.ts";

test.each([
  [parseDuration, "500ms", 500],
  [parseDuration, "1.5s", 1500],
  [parseDuration, "7d", 604_800_000],
  [parseSize, "10MiB", 10_485_760],
  [parseSize, "64 KB", 64_000],
  [parsePercent, "5%", 0.05],
  [parsePercent, "0.5%", 0.005],
  [parseRate, "100 per 1m", { count: 100, window_ms: 60_000 }],
  [parseRate, "200k per 1h", { count: 200_000, window_ms: 3_600_000 }],
  [parseRate, "5 per second", { count: 5, window_ms: 1000 }],
])("%o reads %j", (parse, text, value) => {
  expect(parse(text)).toEqual({ ok: true, value });
});

test.each([
  [parseDuration, 5, "did you mean 5s or 5ms?"],
  [parseDuration, "5", "did you mean 5s or 5ms?"],
  [parseDuration, "5 parsecs", "expected a duration"],
  [parseSize, 10, "did you mean 10KiB or 10MiB?"],
  [parsePercent, "101%", "more than 100%"],
  [parsePercent, 0.5, "did you mean 0.5% or 50%?"],
  [parseRate, "100", "did you mean 100 per 1s or 100 per 1m?"],
  [parseRate, "0 per 1m", "at least 1"],
  [parseRate, "1.5 per 1m", "whole count"],
  [parseRate, "5 per 0s", "window"],
  [parseRate, null, "expected a rate"],
])("%o refuses %j", (parse, text, message) => {
  const parsed = parse(text);
  expect(parsed.ok).toBe(false);
  expect(!parsed.ok && parsed.error).toContain(message);
});
