// Timers as a gateway sets them that has little to do: each alone with its delay, some run, some cancelled before and some by what they
// run. Under the many calls of a warm-up most ends of calls need none.
import type { Cancel, Clock } from "@holdfast/base";

/** Delays of 1 ms and so on. */
const DELAYS = 12;
/** Such as the time to connect: cancelled long before. */
const NEVER_MS = 1000;
/** V8 notes nothing of the first few runs of a function. */
const ALONE = 30;

/** Goes on until it is cancelled. */
export function keepTimersBusy(clock: Clock): Cancel {
  let busy = true;
  function set(delay_ms: number): void {
    if (!busy) return;
    const cancelOwn = clock.after(delay_ms, () => {
      if (delay_ms % 2 === 0) cancelOwn();
      clock.soon(() => set(delay_ms));
    });
    clock.soon(clock.after(NEVER_MS + delay_ms, nothing));
  }
  for (let delay_ms = 1; delay_ms <= DELAYS; delay_ms++) set(delay_ms);
  return () => {
    busy = false;
  };
}

/**
 * Timers while there is no other, and promises that are rejected before somebody listens: with the first and the last timer, and after
 * such a promise, Node does more than it has to at other times.
 */
export async function runAlone(clock: Clock): Promise<void> {
  for (let times = 0; times < ALONE; times++) {
    Promise.reject(new Error("nobody sees this")).catch(nothing);
    await clock.sleep(1);
  }
}

function nothing(): void {}
