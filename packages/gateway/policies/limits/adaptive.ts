// How many calls a service takes at once, found out by watching how long it takes to begin its answers: while that is as short as it
// can be, more may come; when it grows, calls wait in the service for one another, and fewer may. The gradient of Netflix'
// concurrency-limits (Gradient2) with the measured floor of Envoy's adaptive concurrency filter. Values in, values out: no clock.

const START = 32;
const MIN = 4;
const MAX = 1000;
/** Times may be so much longer than the shortest before anybody is held back: services are not equally fast at all times. */
const TOLERANCE = 2;
/** No window takes away more than this leaves: a pause of the machine looks like a full service. */
const GRADIENT_MIN = 0.7;
/** Weight of what one window says. */
const SMOOTH = 0.3;
const WINDOW_US = 100_000;
const WINDOW_SAMPLES = 10;
/** The shortest time is measured anew so often, with so much of the calls: with all of them a slow service could not be told from a full one. */
const PROBE_EVERY_US = 15_000_000;
const FIRST_PROBE_AFTER_US = 1_000_000;
const PROBE_WINDOWS = 3;
/** Below 1 / TOLERANCE, so that nobody queues meanwhile. */
const PROBE_SHARE = 0.25;

export class AdaptiveLimit {
  running = 0;
  #limit = START;
  #floor_us = Number.POSITIVE_INFINITY;
  #next_floor_us = Number.POSITIVE_INFINITY;
  #probe_windows = 0;
  #probed_at_us: number | undefined;
  #window_from_us = 0;
  #samples = 0;
  #sum_us = 0;
  #most_running = 0;

  /** Calls that may run at once at present. */
  get limit(): number {
    const limit = this.#probe_windows > 0 ? this.#limit * PROBE_SHARE : this.#limit;
    return Math.max(MIN, Math.floor(limit));
  }

  /** False: one more would be too many. */
  enter(): boolean {
    if (this.running >= this.limit) return false;
    this.running++;
    if (this.running > this.#most_running) this.#most_running = this.running;
    return true;
  }

  leave(): void {
    this.running--;
  }

  /** An answer began `took_us` after its call was let in. */
  sample(took_us: number, now_us: number): void {
    // The first time soon: what is there at the start may be full already.
    this.#probed_at_us ??= now_us - PROBE_EVERY_US + FIRST_PROBE_AFTER_US;
    if (this.#samples === 0) this.#window_from_us = now_us;
    this.#samples++;
    this.#sum_us += took_us;
    if (this.#samples >= WINDOW_SAMPLES && now_us - this.#window_from_us >= WINDOW_US) this.#judge(now_us);
  }

  #judge(now_us: number): void {
    const mean_us = this.#sum_us / this.#samples;
    const busy = this.#most_running >= this.limit / 2;
    this.#samples = 0;
    this.#sum_us = 0;
    this.#most_running = this.running;
    if (this.#probe_windows > 0) this.#probe(mean_us, now_us);
    else if (now_us - (this.#probed_at_us as number) > PROBE_EVERY_US) this.#probe_windows = PROBE_WINDOWS;
    else this.#adapt(mean_us, busy);
  }

  /** The first window still holds calls from before. */
  #probe(mean_us: number, now_us: number): void {
    if (this.#probe_windows < PROBE_WINDOWS) this.#next_floor_us = Math.min(this.#next_floor_us, mean_us);
    this.#probe_windows--;
    if (this.#probe_windows > 0) return;
    this.#floor_us = this.#next_floor_us;
    this.#next_floor_us = Number.POSITIVE_INFINITY;
    this.#probed_at_us = now_us;
  }

  #adapt(mean_us: number, busy: boolean): void {
    this.#floor_us = Math.min(this.#floor_us, mean_us);
    const gradient = Math.min(1, Math.max(GRADIENT_MIN, (this.#floor_us * TOLERANCE) / mean_us));
    // Nobody learns from a service that is hardly asked how much more it would take.
    if (gradient === 1 && !busy) return;
    const wanted = this.#limit * gradient + Math.sqrt(this.#limit);
    this.#limit = Math.min(MAX, Math.max(MIN, this.#limit * (1 - SMOOTH) + wanted * SMOOTH));
  }
}
