// The two readers: bytes are pushed in, events are taken out one at a time, so that whoever reads can stop between any two of them.
//
//   push(bytes), then next() until MORE:   HEAD → DATA… → END → HEAD …      at any time REFUSED, which is final
//   answers only:                          INTERIM… before a HEAD; a HEAD of 101 is followed by DATA of another protocol
//
// What was given out are views of the pushed bytes. Whoever pushes a buffer that will be overwritten calls `keep` first.
import { BodyReader, type DATA, END, MORE, REFUSED } from "./body.ts";
import { CR, LF, VALUE } from "./bytes.ts";
import { BROKEN, Fields, INCOMPLETE } from "./fields.ts";
import {
  type RequestHead,
  RequestLine,
  type ResponseHead,
  requestFraming,
  requestTrouble,
  responseFraming,
  responseTrouble,
  StatusLine,
  UNTIL_CLOSE,
} from "./heads.ts";
import { Input } from "./input.ts";
import { malformed, type Refusal } from "./refusal.ts";
import { Seen } from "./seen.ts";

export const HEAD = 1;
/** An answer before the final one (RFC 9110 section 15.2). */
export const INTERIM = 5;
export type ReaderEvent = typeof MORE | typeof HEAD | typeof INTERIM | typeof DATA | typeof END | typeof REFUSED;

export type ReaderLimits = { head_bytes_max: number };

/** Interim answers before one final answer; more than any honest server sends. */
const INTERIM_MAX = 32;

// A head is scanned and turned into values within one call, so all readers share what the scan notes.
const fields = new Fields();
const request_line = new RequestLine();
const status_line = new StatusLine();

abstract class MessageReader {
  refusal: Refusal | undefined;
  protected readonly input: Input = new Input();
  protected readonly body: BodyReader = new BodyReader();
  #in_body = false;
  /** Bytes of an incomplete head that were looked at, counted from its start. */
  #looked_at = 0;
  readonly #head_bytes_max: number;

  constructor({ head_bytes_max }: ReaderLimits) {
    this.#head_bytes_max = head_bytes_max;
  }

  /** The piece of a body that the last DATA announced. */
  get data(): Uint8Array {
    return this.body.data;
  }

  /** Headers behind the body that ended last, names in lower case; undefined when there were none. */
  get trailers(): string[] | undefined {
    return this.body.trailers;
  }

  /** Bytes that came and were not read. */
  get rest(): number {
    return this.input.rest;
  }

  /** Between two messages. */
  get resting(): boolean {
    return !this.#in_body && this.input.rest === 0;
  }

  /** The first `length` bytes of `chunk`. */
  push(chunk: Buffer, length: number = chunk.length): void {
    this.input.push(chunk, length);
  }

  keep(): void {
    this.input.keep();
  }

  next(): ReaderEvent {
    if (this.refusal) return REFUSED;
    if (!this.#in_body) return this.#nextHead();
    const event = this.body.next(this.input);
    if (event === END) this.#in_body = false;
    else if (event === REFUSED) this.refusal = this.body.refusal;
    return event;
  }

  /** Position behind the head, INCOMPLETE or BROKEN. */
  protected abstract scan(bytes: Buffer, from: number, to: number): number;
  /** Makes the head of what was scanned; gives the body's framing, or undefined after a refusal or an interim answer. */
  protected abstract take(bytes: Buffer, from: number, to: number): number | undefined;

  protected refuse(refusal: Refusal | undefined): typeof REFUSED {
    this.refusal = refusal ?? malformed("The head is not valid.");
    return REFUSED;
  }

  #nextHead(): ReaderEvent {
    const { input } = this;
    if (input.rest === 0) return MORE;
    const to = Math.min(input.end, input.at + this.#head_bytes_max);
    if (this.#looked_at > 0 && !this.#completes(to)) return this.refusal ? REFUSED : this.#incomplete();
    const behind = this.scan(input.bytes, input.at, to);
    if (behind === BROKEN) return REFUSED;
    if (behind === INCOMPLETE) return this.#incomplete();
    this.#looked_at = 0;
    const framing = this.take(input.bytes, input.at, behind);
    input.at = behind;
    if (this.refusal) return REFUSED;
    if (framing === undefined) return INTERIM;
    this.#in_body = true;
    this.body.begin(framing);
    return HEAD;
  }

  #incomplete(): ReaderEvent {
    this.#looked_at = this.input.rest;
    if (this.#looked_at < this.#head_bytes_max) return MORE;
    return this.refuse({ code: "too_large", detail: `A head may have ${this.#head_bytes_max} bytes.` });
  }

  /**
   * A head that comes in many pieces is scanned as a whole once, when its end is there, so that the work does not grow with the
   * number of pieces. Until then only bytes are refused that may stand nowhere in a head.
   */
  #completes(to: number): boolean {
    const { bytes, at } = this.input;
    for (let index = Math.max(at, at + this.#looked_at - 1); index < to; index++) {
      const byte = bytes[index] as number;
      if (VALUE[byte] === 1) continue;
      if (byte === CR && (index + 1 === to || bytes[index + 1] === LF)) continue;
      if (byte !== LF || bytes[index - 1] !== CR) {
        this.refuse(malformed("The head contains a control character."));
        return false;
      }
      if (bytes[index - 2] === LF) return true;
    }
    return false;
  }
}

export class RequestReader extends MessageReader {
  /** What the last HEAD announced. */
  head!: RequestHead;
  /** The last request asked for an upgrade that nobody has declined. */
  #may_be_foreign = false;
  /** Header sections, from behind the request line, and the heads they were of. */
  readonly #seen = new Seen<RequestHead>();
  #again: RequestHead | undefined;
  #fields_from = 0;

  /** The last request was answered in HTTP/1.1: so what comes next is HTTP/1.1. */
  declineUpgrade(): void {
    this.#may_be_foreign = false;
  }

  protected scan(bytes: Buffer, from: number, to: number): number {
    if (this.#may_be_foreign) {
      this.refuse(malformed("Bytes follow a request for an upgrade."));
      return BROKEN;
    }
    // One empty line before a request is read over (RFC 9112 section 2.2).
    const begins = bytes[from] === CR && from + 1 < to && bytes[from + 1] === LF ? from + 2 : from;
    if (begins === to || (bytes[from] === CR && from + 1 === to)) return INCOMPLETE;
    const behind_line = request_line.scan(bytes, begins, to);
    if (behind_line === BROKEN) this.refuse(request_line.refusal);
    if (behind_line < 0) return behind_line;
    this.#fields_from = behind_line;
    this.#again = this.#seen.again(bytes, behind_line, to);
    if (this.#again && this.#again.http_1_0 === request_line.http_1_0) return behind_line + this.#seen.length;
    this.#again = undefined;
    const behind = fields.scan(bytes, behind_line, to);
    if (behind === BROKEN) this.refuse(fields.refusal);
    return behind;
  }

  protected take(bytes: Buffer, from: number, to: number): number | undefined {
    if (this.#again) return this.#takeAgain(bytes, this.#again);
    const trouble = requestTrouble(request_line, fields);
    if (trouble) {
      this.refuse(malformed(trouble));
      return undefined;
    }
    const { method, http_1_0, target_from, target_to } = request_line;
    const text = bytes.toString("latin1", from, to);
    const framing = requestFraming(fields);
    const upgrade = fields.upgrade_named && fields.upgrade_listed;
    this.#may_be_foreign = upgrade;
    this.head = {
      method,
      target: text.slice(target_from - from, target_to - from),
      http_1_0,
      headers: fields.list(text, from, false),
      notes: {},
      framing,
      // HTTP/1.0 may keep a connection too, but is answered in a way that ends with it.
      close: fields.close || http_1_0,
      expects_continue: fields.expects_continue && !http_1_0 && framing !== 0,
      upgrade,
    };
    if (!upgrade) this.#seen.keep(bytes, this.#fields_from, to, this.head);
    return framing;
  }

  #takeAgain(bytes: Buffer, seen: RequestHead): number {
    const { method, target_from, target_to } = request_line;
    const { http_1_0, headers, notes, framing, close, expects_continue, upgrade } = seen;
    const target = bytes.toString("latin1", target_from, target_to);
    // Written out: a spread takes ten times as long.
    this.head = { method, target, http_1_0, headers, notes, framing, close, expects_continue, upgrade };
    return framing;
  }
}

export class ResponseReader extends MessageReader {
  /** What the last HEAD or INTERIM announced. */
  head!: ResponseHead;
  #to_head = false;
  #to_upgrade = false;
  #interim = 0;
  /** Whole heads. */
  readonly #seen = new Seen<ResponseHead>();
  #again: ResponseHead | undefined;

  /** Before an answer is read: what was asked? `upgrade`: for another protocol, so 101 is a final answer. */
  expect(method: string, upgrade = false): void {
    this.#to_head = method === "HEAD";
    this.#to_upgrade = upgrade;
    this.#interim = 0;
  }

  /** Whether a connection that ends now ends the answer as it should. */
  get may_end(): boolean {
    return this.body.ends_with_connection;
  }

  protected scan(bytes: Buffer, from: number, to: number): number {
    this.#again = this.#to_head || this.#to_upgrade ? undefined : this.#seen.again(bytes, from, to);
    if (this.#again) return from + this.#seen.length;
    const behind_line = status_line.scan(bytes, from, to);
    if (behind_line === BROKEN) this.refuse(status_line.refusal);
    if (behind_line < 0) return behind_line;
    const behind = fields.scan(bytes, behind_line, to);
    if (behind === BROKEN) this.refuse(fields.refusal);
    return behind;
  }

  protected take(bytes: Buffer, from: number, to: number): number | undefined {
    if (this.#again) {
      this.head = this.#again;
      return this.head.framing;
    }
    const { status, http_1_0 } = status_line;
    const switched = status === 101 && this.#to_upgrade && fields.upgrade_named && fields.upgrade_listed;
    const interim = status < 200 && !switched;
    const trouble = responseTrouble(status_line, fields, switched);
    if (trouble || (interim && ++this.#interim > INTERIM_MAX)) {
      this.refuse(malformed(trouble ?? "Too many interim answers."));
      return undefined;
    }
    // What follows 101 is another protocol, until the connection ends.
    const framing = switched ? UNTIL_CLOSE : responseFraming(status, fields, this.#to_head);
    this.head = {
      status,
      headers: fields.list(bytes.toString("latin1", from, to), from, true),
      notes: {},
      framing,
      close: fields.close || framing === UNTIL_CLOSE || (http_1_0 && !fields.keep_alive),
      keep_alive_seconds: fields.keep_alive_seconds,
    };
    if (interim) return undefined;
    if (!this.#to_head && !switched) this.#seen.keep(bytes, from, to, this.head);
    return framing;
  }
}
