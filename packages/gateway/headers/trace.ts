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

const SHAPE = "00-00000000000000000000000000000000-0000000000000000-01";
const DASH = 0x2d;
/** Where the parts stand in the text. */
const TRACE = 3;
const SPAN = 36;
/** A new trace is put together here, and becomes one piece of text at once. */
const shape = Buffer.from(SHAPE);

/** A call's id gives its ids in the trace too: 62 of the span's 64 bits are random. */
export function traceOf(call: Id, incoming: string | undefined): Trace {
  const parent = incoming === undefined ? undefined : readTraceparent(incoming);
  const begun = begin(call);
  const traceparent = parent ? `00-${parent.trace_id}-${begun.slice(SPAN, SPAN + 16)}-${parent.flags}` : begun;
  return {
    trace_id: traceparent.slice(TRACE, TRACE + 32),
    span_id: traceparent.slice(SPAN, SPAN + 16),
    parent_span_id: parent?.span_id ?? null,
    traceparent,
  };
}

/** The id without its dashes is the trace; its last 16 digits are the span. */
function begin(call: Id): string {
  let at = TRACE;
  for (let index = 0; index < call.length; index++) {
    const code = call.charCodeAt(index);
    if (code === DASH) continue;
    if (at >= TRACE + 16) shape[at - TRACE - 16 + SPAN] = code;
    shape[at++] = code;
  }
  return shape.toString("latin1");
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
