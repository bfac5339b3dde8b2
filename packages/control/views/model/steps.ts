// How finely a time axis is cut: round steps, so that marks fall on times that people name, and never too many of them.
import type { Instant } from "@holdfast/base";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS_MS = [
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  7 * DAY,
];

/** More points than this are narrower than a pen stroke on the widest page. */
export const POINTS_MAX = 180;

/** The smallest round step, in milliseconds, that cuts the window into at most `most` points. */
export function stepFor(from: Instant, until: Instant, most: number = POINTS_MAX): number {
  const fits = (step_ms: number): boolean => Math.ceil(until / step_ms) - Math.floor(from / step_ms) <= most;
  const round = STEPS_MS.find(fits);
  if (round !== undefined) return round;
  const weeks = Math.ceil((until - from) / (7 * DAY) / (most - 1));
  return weeks * 7 * DAY;
}
