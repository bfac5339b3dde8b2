// The generic cell rate algorithm in its virtual scheduling form (ITU-T I.371, annex A): a bucket is one number, the theoretical
// arrival time (tat) of the next call if all came evenly spaced. Time is measured in calls, the time that the rate gives to one:
// adding 1 is exact where adding a third of a second is not. Pure; redis.ts repeats it in Lua.
import type { Limit, Taken } from "./counters.ts";

/** Times are kept relative to 2025-01-01 UTC, which leaves more of a double's digits for what is behind the point. */
export const EPOCH_MS = 1_735_689_600_000;

/** In calls: a hundred-thousandth of one is nothing but rounding of the clock. */
const ROUNDING = 1e-5;

/** `tat` 0 is a bucket that nobody took from. `now_ms` counts from EPOCH_MS. Gives the new tat beside the answer. */
export function takeFrom(tat: number, now_ms: number, { rate, burst }: Limit): { tat: number; taken: Taken } {
  const calls_per_ms = rate.count / rate.window_ms;
  const now = now_ms * calls_per_ms;
  // A tat further ahead than a full bucket comes from a clock that stepped back or a burst that was lowered.
  const from = Math.min(Math.max(tat, now), now + burst);
  const ahead = from + 1 - now;
  if (ahead > burst + ROUNDING) {
    const retry_after_ms = (ahead - burst) / calls_per_ms;
    const reset_ms = (from - now) / calls_per_ms;
    return { tat: from, taken: { allowed: false, remaining: 0, retry_after_ms, reset_ms, limit: burst } };
  }
  const remaining = Math.floor(burst - ahead + ROUNDING);
  const reset_ms = ahead / calls_per_ms;
  return { tat: from + 1, taken: { allowed: true, remaining, retry_after_ms: 0, reset_ms, limit: burst } };
}

/** One call less: a tat behind the present counts as the present, so what is given back late does no harm. */
export function giveBackTo(tat: number): number {
  return tat - 1;
}
