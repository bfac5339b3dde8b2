// W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context/): continue a valid trace, start one otherwise. Pure.
import type { Id } from "@holdfast/base";
import type { HeaderLines } from "../transport/header-lines.ts";

export type Trace = {
  trace_id: string;
  span_id: string;
  parent_span_id: string | null;
  /** For the upstream and for the answer: our span as the parent. */
  traceparent: string;
  /** The request's id and this trace, as the upstream and the caller hear them. */
  lines: HeaderLines;
};

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_TRACE = "00000000000000000000000000000000";
const NO_SPAN = "0000000000000000";

const SHAPE =
  "x-request-id: 00000000-0000-0000-0000-000000000000\r\ntraceparent: 00-00000000000000000000000000000000-0000000000000000-01\r\n";
const DASH = 0x2d;
/** Where the parts stand in the text. */
const REQUEST = SHAPE.indexOf(": ") + 2;
const PARENT = SHAPE.lastIndexOf(": ") + 2;
const TRACE = PARENT + 3;
const SPAN = TRACE + 33;
/** The lines of a new trace are put together here, and become one piece of text at once. */
const shape = Buffer.from(SHAPE);

/** A call's id gives its ids in the trace too: 62 of the span's 64 bits are random. `request_id`: as `requestIdOf` let it pass. */
export function traceOf(call: Id, incoming: string | undefined, request_id: string = call): Trace {
  const begun = begin(call);
  const span_id = begun.slice(SPAN, SPAN + 16);
  const parent = incoming === undefined ? undefined : readTraceparent(incoming);
  if (!parent && request_id === call) {
    const trace_id = begun.slice(TRACE, TRACE + 32);
    return { trace_id, span_id, parent_span_id: null, traceparent: begun.slice(PARENT, -2), lines: begun };
  }
  const trace_id = parent?.trace_id ?? begun.slice(TRACE, TRACE + 32);
  const traceparent = `00-${trace_id}-${span_id}-${parent?.flags ?? "01"}`;
  const lines = `x-request-id: ${request_id}\r\ntraceparent: ${traceparent}\r\n`;
  return { trace_id, span_id, parent_span_id: parent?.span_id ?? null, traceparent, lines };
}

/** The id without its dashes is the trace; its last 16 digits are the span. */
function begin(call: Id): string {
  let at = TRACE;
  for (let index = 0; index < call.length; index++) {
    const code = call.charCodeAt(index);
    shape[REQUEST + index] = code;
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
