import { expect, test } from "vitest";
import { parseBandwidth, parseDuration, parsePercent, parseQuota, parseRate, parseSize } from "./units.ts";

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
  [parseQuota, "10k per 1 month", { count: 10_000, window: "month" }],
  [parseQuota, "100 per day", { count: 100, window: "day" }],
  [parseQuota, "10 per 1 months", { count: 10, window: "month" }],
  [parseQuota, "5M per 1 week", { count: 5_000_000, window: "week" }],
  [parseQuota, "100 per 1m", { count: 100, window_ms: 60_000 }],
  [parseQuota, "100 per 1d", { count: 100, window_ms: 86_400_000 }],
  [parseQuota, "10k per 24h", { count: 10_000, window_ms: 86_400_000 }],
  [parseQuota, "5M per 31d", { count: 5_000_000, window_ms: 2_678_400_000 }],
  [parseBandwidth, "10MiB per 1s", { bytes: 10_485_760, window_ms: 1000 }],
  [parseBandwidth, "1GB per minute", { bytes: 1e9, window_ms: 60_000 }],
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
  [parseQuota, 10, "did you mean 10 per 1 month?"],
  [parseQuota, "10 per 59s", "at least 1m; for shorter ones write a rate"],
  [parseQuota, "10 per 32d", "31d at most; for longer windows write per month"],
  [parseQuota, "10 per fortnight", "per 24h or another duration, which slides, or per hour, day"],
  [parseQuota, "10 per 1w", "which slides, or per hour, day, week"],
  [parseQuota, "0 per 1d", "at least 1"],
  [parseBandwidth, "10 per 1s", "did you mean 10KiB or 10MiB?"],
  [parseBandwidth, "10MiB", "expected a bandwidth"],
  [parseBandwidth, "10MiB per 0s", "at least 1B"],
])("%o refuses %j", (parse, text, message) => {
  const parsed = parse(text);
  expect(parsed.ok).toBe(false);
  expect(!parsed.ok && parsed.error).toContain(message);
});
