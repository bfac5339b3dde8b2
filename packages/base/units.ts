// Quantities as people write them in settings: every value says its unit, and a bare number is refused with the likely meanings.
import { LIMITS } from "./limits.ts";
import { failed, ok, type Result } from "./result.ts";

const DURATION_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SIZE_BYTES = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
const COUNT = { "": 1, k: 1e3, M: 1e6 } as const;

export type Rate = { count: number; window_ms: number };

const CALENDAR = ["hour", "day", "week", "month", "year"] as const;
/** A window of the calendar in UTC: weeks begin on Monday. */
export type CalendarWindow = (typeof CALENDAR)[number];
export type CalendarQuota = { count: number; window: CalendarWindow };
/** `window_ms`: a window that slides, of that length. */
export type Quota = CalendarQuota | { count: number; window_ms: number };
export type Bandwidth = { bytes: number; window_ms: number };

/** "1.5s" → 1500. Units: ms, s, m, h, d. */
export function parseDuration(text: unknown): Result<number, string> {
  return quantity(text, DURATION_MS, "a duration such as 500ms, 5s or 10m", (bare) => [`${bare}s`, `${bare}ms`]);
}

/** "10MiB" → 10485760. Units: B, KB, MB, GB (powers of 1000), KiB, MiB, GiB (powers of 1024). */
export function parseSize(text: unknown): Result<number, string> {
  return quantity(text, SIZE_BYTES, "a size such as 64KiB or 10MiB", (bare) => [`${bare}KiB`, `${bare}MiB`]);
}

/** "12.5%" → 0.125. */
export function parsePercent(text: unknown): Result<number, string> {
  const share = quantity(text, { "%": 0.01 }, "a percentage such as 5%", (bare) => [`${bare}%`, `${bare * 100}%`]);
  if (share.ok && share.value > 1) return failed("is more than 100%");
  return share.ok ? ok(Number(share.value.toFixed(6))) : share;
}

/** "100 per 1m" → { count: 100, window_ms: 60000 }. The count may be written 200k or 1M. */
export function parseRate(text: unknown): Result<Rate, string> {
  const expected = "a rate such as 100 per 1m";
  const parts = typeof text === "string" ? text.trim().split(/\s+per\s+/) : [];
  if (parts.length !== 2)
    return failed(`expected ${expected}${bareHint(text, (bare) => [`${bare} per 1s`, `${bare} per 1m`])}`);
  const count = quantity(/^[\d.]+$/.test(parts[0] as string) ? `${parts[0]}` : parts[0], COUNT, expected, () => []);
  if (!count.ok) return count;
  const window = parseDuration(/^\d/.test(parts[1] as string) ? parts[1] : `1${windowUnit(parts[1] as string)}`);
  if (!window.ok) return window;
  if (count.value < 1 || !Number.isInteger(count.value)) return failed("needs a whole count of at least 1");
  if (window.value < 1) return failed("needs a window of at least 1ms");
  return ok({ count: count.value, window_ms: window.value });
}

/**
 * "10k per 1 month" → { count: 10000, window: "month" }, of the calendar: hour, day, week, month, year. "10k per 24h" →
 * { count: 10000, window_ms: 86400000 }, which slides: any duration within LIMITS.sliding_quota_ms_min and _max.
 */
export function parseQuota(text: unknown): Result<Quota, string> {
  const expected = "a quota such as 10k per 1 month";
  const parts = typeof text === "string" ? text.trim().split(/\s+per\s+/) : [];
  if (parts.length !== 2) return failed(`expected ${expected}${bareHint(text, (bare) => [`${bare} per 1 month`])}`);
  const count = quantity(parts[0], COUNT, expected, () => []);
  if (!count.ok) return count;
  if (count.value < 1 || !Number.isInteger(count.value)) return failed("needs a whole count of at least 1");
  const word = (parts[1] as string).replace(/^1\s+/, "");
  const window = CALENDAR.find((name) => name === word || `${name}s` === word);
  if (window !== undefined) return ok({ count: count.value, window });
  const window_ms = slidingWindow(word);
  return window_ms.ok ? ok({ count: count.value, window_ms: window_ms.value }) : window_ms;
}

function slidingWindow(text: string): Result<number, string> {
  const window = parseDuration(text);
  if (!window.ok)
    return failed(
      `needs a window: per 24h or another duration, which slides, or per ${CALENDAR.join(", ")} of the calendar`,
    );
  if (window.value < LIMITS.sliding_quota_ms_min)
    return failed("needs a window of at least 1m; for shorter ones write a rate");
  if (window.value > LIMITS.sliding_quota_ms_max)
    return failed("slides over 31d at most; for longer windows write per month or per year, by the calendar");
  return window;
}

/** "10MiB per 1s" → { bytes: 10485760, window_ms: 1000 }. */
export function parseBandwidth(text: unknown): Result<Bandwidth, string> {
  const parts = typeof text === "string" ? text.trim().split(/\s+per\s+/) : [];
  if (parts.length !== 2) return failed("expected a bandwidth such as 10MiB per 1s");
  const size = parseSize(parts[0]);
  if (!size.ok) return size;
  const window = parseDuration(/^\d/.test(parts[1] as string) ? parts[1] : `1${windowUnit(parts[1] as string)}`);
  if (!window.ok) return window;
  if (size.value < 1 || window.value < 1) return failed("needs at least 1B and a window of at least 1ms");
  return ok({ bytes: size.value, window_ms: window.value });
}

function windowUnit(word: string): string {
  return { second: "s", minute: "m", hour: "h", day: "d" }[word] ?? word;
}

function quantity(
  text: unknown,
  units: Record<string, number>,
  expected: string,
  meanings: (bare: number) => string[],
): Result<number, string> {
  const match = typeof text === "string" ? /^(\d+(?:\.\d+)?)\s*([A-Za-z%]*)$/.exec(text.trim()) : null;
  const factor = match ? units[match[2] as string] : undefined;
  if (!match || factor === undefined) return failed(`expected ${expected}${bareHint(text, meanings)}`);
  return ok(Number(match[1]) * factor);
}

function bareHint(text: unknown, meanings: (bare: number) => string[]): string {
  const bare =
    typeof text === "number" ? text : typeof text === "string" && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  const likely = bare === undefined ? [] : meanings(bare);
  return likely.length ? `; did you mean ${likely.join(" or ")}?` : "";
}
