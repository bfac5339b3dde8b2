// Keeps a worker that gets more calls than it can serve from serving none of them in time: looks at the delay of its event loop now
// and then, and says with one number how many calls may begin until the next look. While there is no overload that costs a
// subtraction for each call.
import { performance } from "node:perf_hooks";
import { type Cancel, type Clock, LIMITS, type Log } from "@holdfast/base";
import { type Admission, decideAdmission, OPEN, PER_SECOND_MIN } from "./decide-admission.ts";

/** More than ever begin between two looks. */
const EVERYBODY = 0x3fffffff;

/** Looks in a window: of a single one the smallest delay would be that of one long pause. */
const LOOKS_LEAST = 2;
/** No pause is so long: a look after more is two. */
const PAUSE_MS_MOST = 500;

/** `idleMs`: how long the event loop has waited for something to do, since it began. Default: that of this thread. */
export type GuardTools = { clock: Clock; log: Log; running: { readonly size: number }; idleMs?: () => number };

export class OverloadGuard {
  /** Calls that may begin before the next look. Whoever lets one in takes one off. */
  left = EVERYBODY;
  /** Calls that were refused, since the beginning. */
  shed = 0;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #running: { readonly size: number };
  readonly #idleMs: () => number;
  #idle_ms: number;
  #admission: Admission = OPEN;
  #looked_at_us: number;
  #window_from_us: number;
  #given = EVERYBODY;
  #admitted = 0;
  #looks = 0;
  #least_lag_ms = Number.POSITIVE_INFINITY;
  #shed_before = 0;
  #fraction = 0;
  readonly #on_look: (passed_ms: number) => void;

  /** `on_look`: called at every look, for whoever has something to do as often. */
  constructor({ clock, log, running, idleMs = threadIdleMs }: GuardTools, on_look: (passed_ms: number) => void) {
    this.#clock = clock;
    this.#log = log;
    this.#on_look = on_look;
    this.#running = running;
    this.#idleMs = idleMs;
    this.#idle_ms = idleMs();
    this.#looked_at_us = clock.monotonicMicros();
    this.#window_from_us = this.#looked_at_us;
  }

  get shedding(): boolean {
    return this.#admission.kind === "shedding";
  }

  start(): Cancel {
    return this.#clock.every(LIMITS.overload_look_ms, () => this.look());
  }

  look(): void {
    const now_us = this.#clock.monotonicMicros();
    const passed_ms = (now_us - this.#looked_at_us) / 1e3;
    this.#looked_at_us = now_us;
    this.#looks += passed_ms > PAUSE_MS_MOST ? LOOKS_LEAST : 1;
    this.#least_lag_ms = Math.min(this.#least_lag_ms, passed_ms - LIMITS.overload_look_ms);
    this.#admitted += this.#given - this.left;
    const window_ms = (now_us - this.#window_from_us) / 1e3;
    if (window_ms >= LIMITS.overload_window_ms && this.#looks >= LOOKS_LEAST) this.#decide(now_us, window_ms);
    this.#giveOut(passed_ms);
    this.#on_look(passed_ms);
  }

  #decide(now_us: number, window_ms: number): void {
    const before = this.#admission;
    const idle_ms = this.#idleMs();
    this.#admission = decideAdmission(before, {
      lag_ms: this.#least_lag_ms,
      busy: 1 - (idle_ms - this.#idle_ms) / window_ms,
      window_ms,
      admitted: this.#admitted,
      shed: this.shed - this.#shed_before,
      running: this.#running.size,
    });
    if (before.kind !== this.#admission.kind) this.#tell(this.#admission);
    this.#window_from_us = now_us;
    this.#idle_ms = idle_ms;
    this.#admitted = 0;
    this.#looks = 0;
    this.#least_lag_ms = Number.POSITIVE_INFINITY;
    this.#shed_before = this.shed;
  }

  /** What was not used up is not kept, nor what a long turn would have let in: it would come as a burst, and make the next turn as long. */
  #giveOut(passed_ms: number): void {
    if (this.#admission.kind === "open") this.#given = EVERYBODY;
    else {
      const portion = (this.#admission.per_second * Math.min(passed_ms, LIMITS.overload_look_ms)) / 1000;
      const given = Math.max(portion, (PER_SECOND_MIN * passed_ms) / 1000) + this.#fraction;
      this.#given = Math.floor(given);
      this.#fraction = given - this.#given;
    }
    this.left = this.#given;
  }

  #tell(admission: Admission): void {
    if (admission.kind === "shedding")
      this.#log.warn(
        { calls_per_second: Math.round(admission.per_second) },
        "more calls come than this worker can serve: some are refused",
      );
    else this.#log.info({ calls_shed: this.shed }, "this worker serves every call again");
  }
}

function threadIdleMs(): number {
  return performance.eventLoopUtilization().idle;
}
