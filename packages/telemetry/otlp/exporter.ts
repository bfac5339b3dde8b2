// Brings the calls that are in the store to the operator's collector as spans, beside everything else: whoever offers calls never
// waits. While the collector is slow or away, spans wait in a queue with a limit; past it new ones are counted and dropped.
import { type Instant, LIMITS } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import { createLosses, type Losses, type LossReason } from "./losses.ts";
import { pause } from "./pause.ts";
import { createSpanQueue } from "./queue.ts";
import { Sender, type SenderOptions } from "./sender.ts";
import { spanCount } from "./spans.ts";

/** Spans, counted from the start of this process. */
export type ExporterStatus = { exported: number; waiting: number; dropped: Record<LossReason, number> };

export class Exporter {
  readonly #options: SenderOptions;
  readonly #queue = createSpanQueue();
  readonly #losses: Losses;
  readonly #sender: Sender;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #gathering = new AbortController();

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#losses = createLosses(options.clock, options.log);
    const parts = { queue: this.#queue, losses: this.#losses, stopping: this.#stopping.signal };
    this.#sender = new Sender(options, parts);
    this.#running = this.#run();
  }

  /** Returns at once. */
  offer(calls: readonly CallRecord[]): void {
    const oldest = this.#options.clock.now() - LIMITS.otlp_age_ms_max;
    for (const call of calls) {
      if (endOf(call) < oldest) this.#losses.add("too_old", spanCount(call));
      else if (!this.#queue.add(call)) this.#losses.add("queue_full", spanCount(call));
    }
    if (this.#queue.spans() >= LIMITS.otlp_batch_spans_max) this.#gathering.abort();
  }

  status(): ExporterStatus {
    return { exported: this.#sender.exported, waiting: this.#queue.spans(), dropped: this.#losses.counts() };
  }

  /** Sends what waits, within LIMITS.otlp_close_ms, and ends. Never rejects. */
  async close(): Promise<void> {
    const { clock, log, collector } = this.#options;
    this.#stopping.abort();
    this.#gathering.abort();
    await Promise.race([this.#running, clock.sleep(LIMITS.otlp_close_ms)]);
    const spans = this.#queue.spans();
    if (spans > 0) log.warn({ spans }, "spans were not exported before the end");
    await collector.close();
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stopping.signal.aborted) {
      this.#gathering = new AbortController();
      const full = this.#queue.spans() >= LIMITS.otlp_batch_spans_max;
      if (!full) await pause(clock, LIMITS.otlp_batch_ms, this.#gathering.signal);
      await this.#sender.drain();
    }
  }
}

function endOf({ at, duration_us }: CallRecord): Instant {
  return at + duration_us / 1000;
}
