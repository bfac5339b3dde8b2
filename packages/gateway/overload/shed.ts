// Refuses calls before anything is known of them, for as little work as an answer can be: two sentences that are the same for all.
// Most of them have no record of their own, because writing records is work too; all are counted.
import { openaiError } from "@holdfast/ai";
import { type Clock, type Instant, LIMITS, PROBLEMS, problemDocument } from "@holdfast/base";
import type { Exchange, ExchangeEvents } from "../transport/listener.ts";
import type { OverloadGuard } from "./guard.ts";

const DETAIL = "More calls come than this gateway can serve at present.";
const { status } = PROBLEMS.overloaded;
const PROBLEM = Buffer.from(JSON.stringify(problemDocument("overloaded", { detail: DETAIL })));
const MODEL_ERROR = Buffer.from(openaiError("overloaded", DETAIL).body);

/** A call that waits for its refusal: whoever asks again at once must not take the time that others' calls need. */
class Shed implements ExchangeEvents {
  readonly exchange: Exchange;
  readonly due_us: number;
  closed = false;

  constructor(exchange: Exchange, due_us: number) {
    this.exchange = exchange;
    this.due_us = due_us;
  }

  onBodyData(): void {}
  onBodyEnd(): void {}
  onBodyBroken(): void {}
  onDrain(): void {}
  onClosed(): void {
    this.closed = true;
  }
}

/** Answers between two looks at the clock. */
const CLOCK_EVERY = 16;

export type ShedOptions = {
  clock: Clock;
  guard: OverloadGuard;
  /** Hears of a few of the refused calls. */
  record(exchange: Exchange, detail: string): void;
};

export class Shedder {
  readonly #options: ShedOptions;
  readonly #waiting: Shed[] = [];
  #first = 0;
  #turn = 0;
  #recorded = 0;
  #second: Instant = 0;

  constructor(options: ShedOptions) {
    this.#options = options;
  }

  refuse(exchange: Exchange): ExchangeEvents {
    const { clock, guard } = this.#options;
    guard.shed++;
    const shed = new Shed(exchange, clock.monotonicMicros() + LIMITS.overload_refuse_after_ms * 1000);
    this.#waiting.push(shed);
    if (this.#waiting.length - this.#first > LIMITS.overload_waiting_max)
      this.#answer(this.#waiting[this.#first++] as Shed);
    this.#recordSome(exchange);
    return shed;
  }

  /**
   * Answers those whose time has come, for a part of the time since the last look at most: a flood of refusals must not take the
   * rest of the loop. Those who are left wait a little longer.
   */
  flush(passed_ms: number): void {
    const { clock } = this.#options;
    const now_us = clock.monotonicMicros();
    const until_us = now_us + passed_ms * 1000 * LIMITS.overload_refusals_share;
    for (let answered = 0; this.#first < this.#waiting.length; answered++) {
      if ((this.#waiting[this.#first] as Shed).due_us > now_us) break;
      if (answered % CLOCK_EVERY === CLOCK_EVERY - 1 && clock.monotonicMicros() > until_us) break;
      this.#answer(this.#waiting[this.#first++] as Shed);
    }
    if (this.#first === 0) return;
    this.#waiting.splice(0, this.#first);
    this.#first = 0;
  }

  #answer({ exchange, closed }: Shed): void {
    if (closed) return;
    const is_model = exchange.target.startsWith("/v1/");
    const body = is_model ? MODEL_ERROR : PROBLEM;
    // In turn, so that those who obey do not all come back in the same moment.
    const retry_after = String(1 + (this.#turn++ & 1));
    exchange.writeHead(
      status,
      [
        "retry-after",
        retry_after,
        "content-type",
        is_model ? "application/json" : "application/problem+json",
        "cache-control",
        "no-store",
        "content-length",
        String(body.length),
      ],
      body.length,
    );
    exchange.end(exchange.method === "HEAD" ? undefined : body);
  }

  #recordSome(exchange: Exchange): void {
    const second = Math.floor(this.#options.clock.now() / 1000);
    if (second !== this.#second) this.#recorded = 0;
    this.#second = second;
    if (this.#recorded++ < LIMITS.overload_records_per_second) this.#options.record(exchange, DETAIL);
  }
}
