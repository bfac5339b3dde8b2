// Call records as bytes, many in one frame: a tenth of their JSON, because what records of one node have in common is written
// once, and encoded beside the event loop's other work in about a microsecond. decode.ts reads what this file writes; the order of
// fields is theirs alone, and a change of it is another format of segments (frame.ts). Since format 3 a record has its route, since
// format 4 a trace that began with the call is not written: it is the id.
//
//   payload: number of records (uint32, little endian), record*
//   number:  LEB128 of the number + 1; 0 is null
//   text:    0 is null · 1, length, ASCII: new, and numbered from 3 on · 2, length, UTF-8: not numbered · n: the text of that number
//   hex:     LEB128 of the number of bytes + 1, bytes · 0, text: is not lower-case hexadecimal
import { LIMITS } from "@holdfast/base";
import type { CallPhases, CallRecord } from "@holdfast/contract";
import { NUMBERED_CHARACTERS_MAX, NumberedTexts } from "./numbered.ts";

export const COUNT_BYTES = 4;
export const FIRST_NUMBER = 3;
export const TRACE_IS_ID = 1;
/** Hexadecimal digits of an id that are its span too: the last ones. */
export const SPAN_DIGITS = 16;
/** Fields that `#text` writes. */
const TEXT_FIELDS = 19;
const FIRST_BUFFER_BYTES = 64 * 1024;
/** Room for everything of a record that is not text. */
const FIXED_BYTES_MAX = 512;
const NOT_HEX = 255;
/** So many texts of a field may be new one after the other; then so many are not looked up; then fewer may be new. */
const LUCK = 512;
const PAUSE = 8192;
const TRIAL = 64;

const NIBBLES = new Uint8Array(128).fill(NOT_HEX);
for (const [value, digit] of [..."0123456789abcdef"].entries()) NIBBLES[digit.charCodeAt(0)] = value;

/** Gathers the records of one frame. */
export class RecordEncoder {
  records = 0;
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER_BYTES);
  #at = COUNT_BYTES;
  readonly #numbered = new NumberedTexts();
  /** What each field said last: most fields say the same again, and to compare is cheaper than to look up. */
  readonly #last_texts: (string | undefined)[] = new Array(TEXT_FIELDS).fill(undefined);
  readonly #last_numbers: number[] = new Array(TEXT_FIELDS).fill(0);
  /** Of each field: how many more may be new; below 0: so many more are not looked up. */
  readonly #luck = new Int32Array(TEXT_FIELDS).fill(LUCK);
  /** Of each field: 1 once it has said something in this frame. What it says first is new whether or not it ever says anything else. */
  readonly #begun = new Uint8Array(TEXT_FIELDS);

  /** Of the payload so far. */
  get size(): number {
    return this.#at;
  }

  /** `trace_is_id`: the record's trace and span are those of its id. False, and nothing was added, when the frame has no room for the record. */
  add(record: CallRecord, trace_is_id = false): boolean {
    const { ai, capture, notes, compared } = record;
    const has_more = ai || capture || notes !== undefined || compared;
    const extra = has_more ? JSON.stringify({ ai, capture, notes, compared }) : null;
    const room = FIXED_BYTES_MAX + 3 * (charactersOf(record) + (extra?.length ?? 0));
    if (this.#at + room > LIMITS.spool_frame_bytes_max) return false;
    this.#reserve(room);
    this.#write(record, trace_is_id);
    this.#literal(extra);
    this.records++;
    return true;
  }

  /** The payload. The encoder is empty again. */
  finish(): Buffer {
    this.#bytes.writeUInt32LE(this.records, 0);
    const payload = Buffer.from(this.#bytes.subarray(0, this.#at));
    this.records = 0;
    this.#at = COUNT_BYTES;
    this.#numbered.clear();
    this.#last_texts.fill(undefined);
    this.#begun.fill(0);
    return payload;
  }

  #reserve(room: number): void {
    if (this.#at + room <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + room));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }

  #write(record: CallRecord, trace_is_id: boolean): void {
    this.#hex(record.id, true);
    this.#number(record.at);
    this.#number(record.duration_us);
    this.#text(0, record.workspace);
    this.#text(1, record.node);
    this.#number(record.plan);
    this.#text(2, record.method);
    this.#text(3, record.host);
    this.#text(4, record.path);
    this.#text(5, record.query);
    this.#text(6, record.subject);
    this.#text(7, record.release);
    this.#text(8, record.upstream);
    this.#text(9, record.consumer);
    this.#text(10, record.client_address);
    this.#text(11, record.user_agent);
    this.#number(record.status);
    this.#number(record.upstream_status);
    this.#text(12, record.outcome);
    this.#text(13, record.error_origin);
    this.#text(14, record.refused_by);
    this.#text(15, record.reason);
    this.#text(16, record.protocol);
    this.#number(record.encrypted ? 1 : 0);
    this.#number(record.attempts);
    this.#text(17, record.cache);
    this.#literal(record.shadow_of);
    this.#number(record.request_bytes);
    this.#number(record.response_bytes);
    this.#literal(record.request_id === record.id ? null : record.request_id);
    this.#raw(trace_is_id ? TRACE_IS_ID : 0);
    if (!trace_is_id) {
      this.#hex(record.trace_id, false);
      this.#hex(record.span_id, false);
    }
    this.#literal(record.parent_span_id);
    this.#phases(record.phases);
    this.#text(18, record.route);
  }

  #phases(phases: CallPhases): void {
    this.#number(phases.receive_us);
    this.#number(phases.identify_us);
    this.#number(phases.admit_us);
    this.#number(phases.choose_us);
    this.#number(phases.connect_us);
    this.#number(phases.send_us);
    this.#number(phases.wait_us);
    this.#number(phases.reply_us);
  }

  /** No number of a record is negative; one that were would be 0. */
  #number(value: number | null): void {
    this.#raw(value === null ? 0 : Math.max(value, 0) + 1);
  }

  #raw(value: number): void {
    const bytes = this.#bytes;
    let rest = value;
    let at = this.#at;
    // Bit operations end at 31 bits; times in milliseconds do not.
    while (rest > 0x3fffffff) {
      bytes[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#at = at;
  }

  /** `place`: of the field among those with a text. */
  #text(place: number, text: string | null): void {
    if (text === null) this.#raw(0);
    else if (text === this.#last_texts[place]) this.#raw(this.#last_numbers[place] as number);
    else if (text.length > NUMBERED_CHARACTERS_MAX) this.#literal(text);
    else this.#otherText(place, text);
  }

  #otherText(place: number, text: string): void {
    // A field that never says anything again, as with thousands of consumers, is not worth looking through.
    const luck = this.#luck[place] as number;
    if (luck < 0) {
      this.#luck[place] = luck === -1 ? TRIAL : luck + 1;
      if (!this.#ascii(text)) this.#literal(text);
      return;
    }
    const found = this.#numbered.find(text, this.#bytes);
    if (found >= 0) {
      this.#raw(found + FIRST_NUMBER);
      this.#remember(place, text, found + FIRST_NUMBER);
      this.#luck[place] = LUCK;
      return;
    }
    if (this.#begun[place] === 0) this.#begun[place] = 1;
    else if (--(this.#luck[place] as number) === 0) this.#luck[place] = -PAUSE;
    const from = this.#at;
    if (!this.#ascii(text)) this.#literal(text);
    else if (this.#numbered.has_room) {
      this.#bytes[from] = 1;
      this.#numbered.add(this.#at - text.length, text.length);
      this.#remember(place, text, this.#numbered.size - 1 + FIRST_NUMBER);
    }
  }

  /** A literal of ASCII alone. False, and nothing was written: the text is another. */
  #ascii(text: string): boolean {
    const begun = this.#at;
    this.#raw(2);
    this.#raw(text.length);
    const bytes = this.#bytes;
    const from = this.#at;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#at = begun;
        return false;
      }
      bytes[from + index] = code;
    }
    this.#at = from + text.length;
    return true;
  }

  #remember(place: number, text: string, number: number): void {
    this.#last_texts[place] = text;
    this.#last_numbers[place] = number;
  }

  #literal(text: string | null): void {
    this.#raw(text === null ? 0 : 2);
    if (text !== null) this.#characters(text);
  }

  #characters(text: string): void {
    this.#raw(Buffer.byteLength(text));
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** `dashed`: a UUID in its text form. */
  #hex(text: string, dashed: boolean): void {
    const begun = this.#at;
    this.#raw(dashed ? 17 : (text.length >> 1) + 1);
    if ((dashed ? text.length === 36 : text.length % 2 === 0) && this.#digits(text, dashed)) return;
    this.#at = begun;
    this.#raw(0);
    this.#literal(text);
  }

  #digits(text: string, dashed: boolean): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    let trouble = 0;
    for (let index = 0; index < text.length; index += 2) {
      if (dashed && (index === 8 || index === 13 || index === 18 || index === 23)) {
        trouble |= text.charCodeAt(index) ^ 0x2d;
        index++;
      }
      const high = NIBBLES[text.charCodeAt(index)] ?? NOT_HEX;
      const low = NIBBLES[text.charCodeAt(index + 1)] ?? NOT_HEX;
      trouble |= (high | low) & 0xf0;
      bytes[at++] = (high << 4) | low;
    }
    if (trouble === 0) this.#at = at;
    return trouble === 0;
  }
}

/** UTF-16 units of all texts of a record but those in `ai` and `capture`; UTF-8 takes at most three bytes for one. */
function charactersOf(record: CallRecord): number {
  return (
    record.workspace.length +
    record.node.length +
    record.method.length +
    record.host.length +
    record.path.length +
    (record.query?.length ?? 0) +
    (record.subject?.length ?? 0) +
    (record.route?.length ?? 0) +
    (record.release?.length ?? 0) +
    (record.upstream?.length ?? 0) +
    (record.consumer?.length ?? 0) +
    (record.client_address?.length ?? 0) +
    (record.user_agent?.length ?? 0) +
    (record.reason?.length ?? 0) +
    record.id.length +
    record.request_id.length +
    record.trace_id.length +
    record.span_id.length +
    (record.parent_span_id?.length ?? 0) +
    (record.shadow_of?.length ?? 0) +
    (record.refused_by?.length ?? 0)
  );
}
