// The usual stretch of the tide around a moment: mostly what led to it, and a little of what came after.

const before_ms = 45 * 60_000;
const after_ms = 30 * 60_000;
const minute_ms = 60_000;

/** Whole minutes, so that pages about neighbouring moments share an answer; never far into the future. */
export function spanAround(at: number, now: number): { from: number; until: number } {
  const end = Math.min(at + after_ms, Math.max(now, at + minute_ms));
  const until = Math.ceil(end / minute_ms) * minute_ms;
  return { from: until - before_ms - after_ms, until };
}
