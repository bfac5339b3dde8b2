// Opening a connection costs several times what sending over an open one does. So it waits until the next turn of the event loop has
// sent what it had to send, and a turn opens few: calls that need a new connection, such as all those to an upstream that never answers,
// do not hold up those that need none.
import type { Clock } from "@holdfast/base";

/** So long a turn goes on opening connections: two or three. */
const AT_ONCE_US = 200;

export type Dialing = {
  /** Opens one connection for whoever has waited longest, if somebody still waits. */
  dial(): void;
};

export class DialQueue {
  readonly #clock: Clock;
  readonly #before: () => void;
  #queue: Dialing[] = [];
  #due = false;

  /** `before`: called in each turn before its connections are opened. */
  constructor(clock: Clock, before: () => void) {
    this.#clock = clock;
    this.#before = before;
  }

  add(dialing: Dialing): void {
    this.#queue.push(dialing);
    this.#soon();
  }

  #soon(): void {
    if (this.#due) return;
    this.#due = true;
    // Not in the turn that asks: who has come meanwhile would wait for the call that came to this and for its connection, both.
    this.#clock.soon(() => this.#clock.soon(() => this.#dialSome()));
  }

  #dialSome(): void {
    this.#due = false;
    this.#before();
    const queue = this.#queue;
    const begun_us = this.#clock.monotonicMicros();
    let done = 0;
    while (done < queue.length) {
      (queue[done++] as Dialing).dial();
      if (this.#clock.monotonicMicros() - begun_us > AT_ONCE_US) break;
    }
    this.#queue = queue.slice(done);
    if (this.#queue.length > 0) this.#soon();
  }
}
