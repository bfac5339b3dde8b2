// Spans that wait for the collector, within a limit. They wait as the JSON that will be sent: so their bytes are known, and nothing
// else of a record, such as captured bodies, is held in memory.
import { LIMITS } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import { spansOf } from "./spans.ts";

/** Of one call: its spans with commas between. */
export type WaitingSpans = { node: string; json: string; bytes: number; spans: number };

export type SpanQueue = {
  spans(): number;
  /** False when there is no room. */
  add(call: CallRecord): boolean;
  /** The oldest, up to a batch; the same ones until they are removed. */
  batch(): WaitingSpans[];
  /** Takes a batch out. */
  remove(batch: readonly WaitingSpans[]): void;
};

export function createSpanQueue(): SpanQueue {
  const waiting: WaitingSpans[] = [];
  let spans = 0;
  let bytes = 0;
  return {
    spans: () => spans,
    add(call) {
      if (bytes >= LIMITS.otlp_queue_bytes_max) return false;
      const made = waitingSpans(call);
      if (made.spans > 0) waiting.push(made);
      spans += made.spans;
      bytes += made.bytes;
      return true;
    },
    batch() {
      let taken = 0;
      const end = waiting.findIndex((each) => {
        taken += each.spans;
        return taken > LIMITS.otlp_batch_spans_max;
      });
      return waiting.slice(0, end === -1 ? waiting.length : end);
    },
    remove(batch) {
      for (const gone of waiting.splice(0, batch.length)) {
        spans -= gone.spans;
        bytes -= gone.bytes;
      }
    },
  };
}

function waitingSpans(call: CallRecord): WaitingSpans {
  const made = spansOf(call);
  const json = made.map((span) => JSON.stringify(span)).join(",");
  return { node: call.node, json, bytes: Buffer.byteLength(json), spans: made.length };
}
