// Sends batch after batch to the collector, one at a time and the same one until it is settled, and counts what became of each.
import type { Clock, Log } from "@holdfast/base";
import type { Verdict } from "./answer.ts";
import type { Collector } from "./collector.ts";
import type { Losses } from "./losses.ts";
import { pause } from "./pause.ts";
import type { SpanQueue, WaitingSpans } from "./queue.ts";
import { requestText } from "./request.ts";

/** Half a minute late is better than a collector that falls over as soon as it stands. */
const BACK_OFF_FIRST_MS = 1_000;
const BACK_OFF_MOST_MS = 30_000;

export type SenderOptions = {
  collector: Collector;
  /** Of Holdfast. */
  version: string;
  clock: Clock;
  log: Log;
  /** From 0 to 1. */
  random: () => number;
};

type Parts = {
  queue: SpanQueue;
  losses: Losses;
  /** Once it is to stop, a batch is not tried again. */
  stopping: AbortSignal;
};

export class Sender {
  /** Spans that the collector took. */
  exported = 0;
  /** In a row. */
  #failures = 0;
  readonly #options: SenderOptions;
  readonly #parts: Parts;

  constructor(options: SenderOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Until nothing waits, or it is to stop and the collector takes no more. Never rejects. */
  async drain(): Promise<void> {
    const { queue, stopping } = this.#parts;
    for (let batch = queue.batch(); batch.length > 0; batch = queue.batch()) {
      const last = stopping.aborted;
      const verdict = await this.#options.collector.send(requestText(batch, this.#options.version));
      if (verdict.kind !== "again") {
        queue.remove(batch);
        this.#settled(verdict, batch);
      } else if (last) return;
      else await this.#failed(verdict);
    }
  }

  async #failed({ detail, after_ms }: Verdict & { kind: "again" }): Promise<void> {
    const { clock, log, random } = this.#options;
    const wait_ms = after_ms ?? backOffMs(this.#failures++, random);
    if (this.#failures <= 1) log.warn({ detail, wait_ms }, "the collector does not take spans; they wait");
    await pause(clock, wait_ms, this.#parts.stopping);
  }

  #settled(verdict: Exclude<Verdict, { kind: "again" }>, batch: readonly WaitingSpans[]): void {
    const { log } = this.#options;
    const { losses } = this.#parts;
    const spans = batch.reduce((sum, each) => sum + each.spans, 0);
    if (this.#failures > 0) log.info({ failures: this.#failures }, "the collector answers again");
    this.#failures = 0;
    const accepted = verdict.kind === "accepted";
    const lost = accepted ? Math.min(verdict.rejected, spans) : spans;
    this.exported += spans - lost;
    if (lost > 0) losses.add(accepted ? "rejected" : "refused", lost, verdict.detail);
    else if (verdict.detail !== "") log.warn({ detail: verdict.detail }, "the collector took spans with a warning");
  }
}

/** Doubles with each failure in a row; half of it by chance, so that many gateways do not come back at once. */
function backOffMs(failures: number, random: () => number): number {
  const whole_ms = Math.min(BACK_OFF_FIRST_MS * 2 ** failures, BACK_OFF_MOST_MS);
  return Math.round(whole_ms * (0.5 + random() / 2));
}
