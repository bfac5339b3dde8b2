// After a connection could not be opened, its address is left alone for a while: a try costs more than a call does, and so many calls
// to what is dead would hold up those to what is alive. The while doubles with every vain try, so that an address that is back is
// found at the latest after as long again as it was seen gone, or after LIMITS.redial_ms_max where that is sooner.
import { type Clock, LIMITS } from "@holdfast/base";

export class Redial {
  /** The origin's name has several addresses: the next try may go to another one, and nothing is left alone. */
  several = false;
  readonly #clock: Clock;
  #error: Error | undefined;
  #pause_ms = 0;
  #until_us = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the last try failed with, for whoever comes before the next one is due. */
  get vain(): Error | undefined {
    return this.#error && !this.several && this.#clock.monotonicMicros() < this.#until_us ? this.#error : undefined;
  }

  failed(error: Error): void {
    const now_us = this.#clock.monotonicMicros();
    this.#error = error;
    // Of tries that were under way together one counts.
    if (now_us < this.#until_us) return;
    this.#pause_ms = Math.min(Math.max(this.#pause_ms * 2, LIMITS.redial_ms_min), LIMITS.redial_ms_max);
    this.#until_us = now_us + this.#pause_ms * 1000;
  }

  succeeded(): void {
    this.#error = undefined;
    this.#pause_ms = 0;
    this.#until_us = 0;
  }
}
