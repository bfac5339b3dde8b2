// Whether a thread that says something every second still does: one that is busy with something large does, one that is stuck does not.
import { type Cancel, type Clock, LIMITS } from "@holdfast/base";

const LOOK_MS = 500;

export class Talk {
  readonly #clock: Clock;
  #heard = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  heard(): void {
    this.#heard++;
  }

  /** True when `done` has come, however long it took; false once nothing was heard for LIMITS.worker_silence_ms. */
  async brings(done: Promise<unknown>): Promise<boolean> {
    let cancel: Cancel = () => undefined;
    const silence = new Promise<false>((resolve) => {
      let heard = this.#heard;
      // Looks are counted, not time: who looks may have been busy, with all that the other said waiting.
      let silent_looks = 0;
      cancel = this.#clock.every(LOOK_MS, () => {
        silent_looks = heard === this.#heard ? silent_looks + 1 : 0;
        heard = this.#heard;
        if (silent_looks * LOOK_MS > LIMITS.worker_silence_ms) resolve(false);
      });
    });
    const came = await Promise.race([done.then(() => true), silence]);
    cancel();
    return came;
  }
}
