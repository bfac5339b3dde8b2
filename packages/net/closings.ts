// Closing a connection takes the thread about half as long as what led to it, such as the end of a call's time. So it comes a little
// later, and each in a turn of the event loop of its own: whoever has come meanwhile, and the answer to it, go first.
import type { Clock } from "@holdfast/base";
import type { TcpHandle } from "./stream-wrap.ts";

const LATER_MS = 2;

type Closing = { handle: TcpHandle; by_reset: boolean };

export class Closings {
  readonly #clock: Clock;
  readonly #queue: Closing[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Nothing is read from `handle` any more. */
  add(handle: TcpHandle, by_reset: boolean): void {
    if (this.#queue.length === 0) this.#clock.after(LATER_MS, () => this.#closeNext());
    this.#queue.push({ handle, by_reset });
  }

  #closeNext(): void {
    const closing = this.#queue.shift();
    if (this.#queue.length > 0) this.#clock.soon(() => this.#closeNext());
    if (closing) close(closing);
  }
}

function close({ handle, by_reset }: Closing): void {
  if (!by_reset || handle.reset() !== 0) handle.close();
}
