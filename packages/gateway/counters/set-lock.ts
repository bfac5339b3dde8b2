// A lock between threads in one word of shared memory, for work of well under a microsecond.

/** A lock that is not given back in this time belongs to a thread that died. */
const PATIENCE_MS = 100;

export function lock(locks: Int32Array, index: number): void {
  if (Atomics.compareExchange(locks, index, 0, 1) === 0) return;
  // 2: somebody sleeps. Waiting gives the processor to a holder that was interrupted, which spinning would not.
  while (Atomics.exchange(locks, index, 2) !== 0) {
    if (Atomics.wait(locks, index, 2, PATIENCE_MS) === "timed-out") return;
  }
}

export function unlock(locks: Int32Array, index: number): void {
  if (Atomics.exchange(locks, index, 0) === 2) Atomics.notify(locks, index, 1);
}
