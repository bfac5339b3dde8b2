// Windows of the calendar in UTC: when the one that holds a moment begins and ends. Pure.
import type { CalendarWindow } from "@holdfast/base";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Monday, 1970-01-05. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

export type Span = { begins_ms: number; ends_ms: number };

/** `ends_ms` is the first moment of the next window. */
export function spanOf(window: CalendarWindow, at_ms: number): Span {
  switch (window) {
    case "hour":
      return every(HOUR_MS, 0, at_ms);
    case "day":
      return every(DAY_MS, 0, at_ms);
    case "week":
      return every(7 * DAY_MS, FIRST_MONDAY_MS, at_ms);
    case "month":
      return months(at_ms, 1);
    case "year":
      return months(at_ms, 12);
  }
}

/** Seconds of windows that are all the same length. */
export function secondsOf(window: CalendarWindow): number | undefined {
  if (window === "month" || window === "year") return undefined;
  const { begins_ms, ends_ms } = spanOf(window, 0);
  return (ends_ms - begins_ms) / 1000;
}

function every(length_ms: number, from_ms: number, at_ms: number): Span {
  const begins_ms = Math.floor((at_ms - from_ms) / length_ms) * length_ms + from_ms;
  return { begins_ms, ends_ms: begins_ms + length_ms };
}

function months(at_ms: number, length: number): Span {
  const at = new Date(at_ms);
  const first = length === 12 ? 0 : at.getUTCMonth();
  const year = at.getUTCFullYear();
  return { begins_ms: Date.UTC(year, first), ends_ms: Date.UTC(year, first + length) };
}
