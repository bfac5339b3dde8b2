// Calls that wait for the answer that another call, or a refresh in the background, is fetching already (collapsed forwarding).
// The wait is bounded, and over at once when nothing will come of it.
import { type Cancel, type Clock, LIMITS } from "@holdfast/base";
import type { UpstreamExchange } from "../transport/upstream.ts";
import type { Kept } from "./store.ts";

/**
 * kept: look again, it is in the store. stale: the upstream failed, this may be served. alone: everybody asks for themselves.
 * next: who fetched left; the first who waited takes over.
 */
export type Landing = { kind: "kept" } | { kind: "stale"; kept: Kept } | { kind: "alone" } | { kind: "next" };

/** One who waits. Stands where the call's upstream exchange will be, so whatever ends the call ends the wait. */
export class Waiter implements UpstreamExchange {
  readonly #wake: (landing: Landing) => void;
  readonly #leave: (waiter: Waiter) => void;
  readonly #cancelTimer: Cancel;

  constructor(
    clock: Clock,
    wait_ms: number,
    { wake, leave }: { wake(landing: Landing): void; leave(one: Waiter): void },
  ) {
    this.#wake = wake;
    this.#leave = leave;
    this.#cancelTimer = clock.after(wait_ms, () => {
      this.#leave(this);
      this.#wake({ kind: "alone" });
    });
  }

  wake(landing: Landing): void {
    this.#cancelTimer();
    this.#wake(landing);
  }

  cancel(): void {
    this.#cancelTimer();
    this.#leave(this);
  }

  write(): boolean {
    return true;
  }
  finish(): void {}
  pause(): void {}
  resume(): void {}
}

export class Flight {
  readonly #waiters = new Set<Waiter>();
  readonly #over: () => void;
  #landed = false;

  constructor(over: () => void) {
    this.#over = over;
  }

  /** Undefined: too many wait already. */
  join(clock: Clock, wait_ms: number, wake: (landing: Landing) => void): Waiter | undefined {
    if (this.#landed || this.#waiters.size >= LIMITS.cache_waiters_max) return undefined;
    const waiter = new Waiter(clock, wait_ms, { wake, leave: (one) => void this.#waiters.delete(one) });
    this.#waiters.add(waiter);
    return waiter;
  }

  /** Only the first landing counts. */
  land(landing: Landing): void {
    if (this.#landed) return;
    this.#landed = true;
    this.#over();
    for (const waiter of this.#waiters) waiter.wake(landing);
    this.#waiters.clear();
  }
}
