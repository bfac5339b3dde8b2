// Long work in a thread that serves: a generator that yields wherever it may pause, best after each piece of 10 to 1,000 µs. Between two
// slices the event loop deals with whatever has come meanwhile.
import type { Clock } from "./clock.ts";

/** A slice lasts so long, or as long as the others took since the one before: where much goes on the work would never end. */
const SLICE_US_LEAST = 2_000;
const SLICE_US_MOST = 20_000;

/** Does all of it at once. */
export function runWhole<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/**
 * Resolves with what `work` returns, and rejects with what it throws. Once the signal says so it is left at its next pause, with its
 * `finally` blocks run, and this rejects with the signal's reason.
 */
export async function runInSlices<Result>(
  work: Generator<void, Result>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  let length_us = SLICE_US_LEAST;
  for (;;) {
    const begun_us = clock.monotonicMicros();
    let ended_us = begun_us;
    while (ended_us - begun_us < length_us) {
      const step = work.next();
      if (step.done) return step.value;
      ended_us = clock.monotonicMicros();
    }
    await new Promise<void>((next) => clock.soon(next));
    length_us = Math.min(Math.max(clock.monotonicMicros() - ended_us, SLICE_US_LEAST), SLICE_US_MOST);
    if (!signal.aborted) continue;
    work.return(undefined as never);
    throw signal.reason;
  }
}
