// Call records out of a frame's payload: the mirror of encode.ts, which describes the format.
import type { CallAi, CallCapture, CallComparison, CallPhases, CallRecord } from "@holdfast/contract";
import { COUNT_BYTES, FIRST_NUMBER, SPAN_DIGITS, TRACE_IS_ID } from "./encode.ts";
import { SEGMENT_FORMAT, type SegmentFormat } from "./frame.ts";

/** `format`: of the segment that it is from. `unreadable` counts records of a frame that is not what its writer meant: then none of it is believed. */
export function decodeRecords(
  payload: Buffer,
  format: SegmentFormat = SEGMENT_FORMAT,
): { records: CallRecord[]; unreadable: number } {
  const count = countRecords(payload);
  try {
    const reader = new Reader(payload);
    const records = Array.from({ length: count }, () => readRecord(reader, format));
    if (reader.rest > 0) throw new RangeError("bytes are left over");
    return { records, unreadable: 0 };
  } catch (error) {
    // The frame's checksum was right, so whoever wrote it wrote something else. The caller counts and shows it.
    if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error;
    return { records: [], unreadable: count };
  }
}

/** 0 of a payload that is too short to have any. */
export function countRecords(payload: Buffer): number {
  return payload.length < COUNT_BYTES ? 0 : payload.readUInt32LE(0);
}

class Reader {
  readonly #bytes: Buffer;
  #at = COUNT_BYTES;
  readonly #texts: string[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  raw(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || factor > 2 ** 49) throw new RangeError("a number does not end");
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  nullable(): number | null {
    const value = this.raw();
    return value === 0 ? null : value - 1;
  }

  number(): number {
    return this.nullable() ?? 0;
  }

  nullableText(): string | null {
    const kind = this.raw();
    if (kind === 0) return null;
    if (kind >= FIRST_NUMBER) {
      const known = this.#texts[kind - FIRST_NUMBER];
      if (known === undefined) throw new RangeError("a text is missing");
      return known;
    }
    const text = this.#take(this.raw()).toString("utf8");
    if (kind === 1) this.#texts.push(text);
    return text;
  }

  text(): string {
    return this.nullableText() ?? "";
  }

  hex(): string {
    const length = this.raw();
    return length === 0 ? this.text() : this.#take(length - 1).toString("hex");
  }

  #take(length: number): Buffer {
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError("a text does not end");
    return this.#bytes.subarray(from, this.#at);
  }
}

/** Properties are read in the order in which they stand here. */
function readRecord(reader: Reader, format: SegmentFormat): CallRecord {
  const hex = reader.hex();
  const id = uuidOf(hex);
  const record = {
    version: 1 as const,
    id,
    at: reader.number(),
    duration_us: reader.number(),
    workspace: reader.text(),
    node: reader.text(),
    plan: reader.number(),
    method: reader.text(),
    host: reader.text(),
    path: reader.text(),
    query: reader.nullableText(),
    subject: reader.nullableText(),
    release: reader.nullableText(),
    upstream: reader.nullableText(),
    consumer: reader.nullableText(),
    client_address: reader.nullableText(),
    user_agent: reader.nullableText(),
    status: reader.number(),
    upstream_status: reader.nullable(),
    outcome: reader.text(),
    error_origin: reader.nullableText() as CallRecord["error_origin"],
    refused_by: reader.nullableText(),
    reason: reader.nullableText(),
    protocol: reader.text(),
    encrypted: reader.number() === 1,
    attempts: reader.number(),
    cache: reader.nullableText(),
    shadow_of: reader.nullableText(),
    request_bytes: reader.number(),
    response_bytes: reader.number(),
    request_id: reader.nullableText() ?? id,
    ...readTrace(reader, format, hex),
    parent_span_id: reader.nullableText(),
    phases: readPhases(reader),
    route: format < 3 ? null : reader.nullableText(),
  };
  const extra = reader.nullableText();
  const { ai, capture, notes, compared } = extra === null ? NO_EXTRA : (JSON.parse(extra) as typeof NO_EXTRA);
  const rare = { ...(notes === undefined ? {} : { notes }), ...(compared ? { compared } : {}) };
  return { ...record, ai, capture, ...rare };
}

type Extra = { ai: CallAi | null; capture: CallCapture | null; notes?: string; compared?: CallComparison };
const NO_EXTRA: Extra = { ai: null, capture: null };

/** `hex`: the record's id. */
function readTrace(reader: Reader, format: SegmentFormat, hex: string): Pick<CallRecord, "trace_id" | "span_id"> {
  if (format >= 4 && reader.raw() === TRACE_IS_ID) return { trace_id: hex, span_id: hex.slice(-SPAN_DIGITS) };
  return { trace_id: reader.hex(), span_id: reader.hex() };
}

function readPhases(reader: Reader): CallPhases {
  return {
    receive_us: reader.nullable(),
    identify_us: reader.nullable(),
    admit_us: reader.nullable(),
    choose_us: reader.nullable(),
    connect_us: reader.nullable(),
    send_us: reader.nullable(),
    wait_us: reader.nullable(),
    reply_us: reader.nullable(),
  };
}

/** 32 digits; anything else stays as it is. */
function uuidOf(hex: string): string {
  if (hex.length !== 32) return hex;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
