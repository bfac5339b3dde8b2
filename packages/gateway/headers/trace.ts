// W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context/): continue a valid trace, start one otherwise. Pure.
import type { Id } from "@holdfast/base";

export type Trace = {
  trace_id: string;
  span_id: string;
  parent_span_id: string | null;
  /** For the upstream and for the answer: our span as the parent. */
  traceparent: string;
};

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_TRACE = "00000000000000000000000000000000";
const NO_SPAN = "0000000000000000";

/** A call's id gives its ids in the trace too: 62 of the span's 64 bits are random. */
export function traceOf(call: Id, incoming: string | undefined): Trace {
  const parent = incoming === undefined ? undefined : readTraceparent(incoming);
  const [high, low] = [call.slice(19, 23), call.slice(24)];
  const trace_id = parent?.trace_id ?? call.slice(0, 8) + (call.slice(9, 13) + call.slice(14, 18)) + high + low;
  const traceparent = `00-${trace_id}-${high}${low}-${parent?.flags ?? "01"}`;
  // Cut out of the whole, which makes it one piece: it is written twice, and to put it together anew costs more than to cut.
  return {
    trace_id: traceparent.slice(3, 35),
    span_id: traceparent.slice(36, 52),
    parent_span_id: parent?.span_id ?? null,
    traceparent,
  };
}

function readTraceparent(text: string): { trace_id: string; span_id: string; flags: string } | undefined {
  const match = TRACEPARENT.exec(text);
  if (!match) return undefined;
  const [, version, trace_id, span_id, flags, more] = match as unknown as string[];
  // A later version may say more behind its flags; version 00 may not, and ff does not exist.
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (trace_id === NO_TRACE || span_id === NO_SPAN) return undefined;
  // Of the flags we know only "sampled" (bit 0) and must not pass on others (section 3.2.2.5.3).
  const sampled = Number.parseInt(flags as string, 16) & 1;
  return { trace_id: trace_id as string, span_id: span_id as string, flags: sampled ? "01" : "00" };
}
