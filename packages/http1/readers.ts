// What the two readers, request-reader.ts and response-reader.ts, have in common: bytes are pushed in, events are taken out one at a time, so that whoever reads can stop between any two of them.
//
//   push(bytes), then next() until MORE:   HEAD → DATA… → END → HEAD …      at any time REFUSED, which is final
//   answers only:                          INTERIM… before a HEAD; a HEAD of 101 is followed by DATA of another protocol
//
// What was given out are views of the pushed bytes. Whoever pushes a buffer that will be overwritten calls `keep` first.
import { BodyReader, type DATA, END, MORE, REFUSED } from "./body.ts";
import { CR, LF, VALUE } from "./bytes.ts";
import { BROKEN, Fields, INCOMPLETE } from "./fields.ts";
import { Input } from "./input.ts";
import { malformed, type Refusal } from "./refusal.ts";

export const HEAD = 1;
/** An answer before the final one (RFC 9110 section 15.2). */
export const INTERIM = 5;
export type ReaderEvent = typeof MORE | typeof HEAD | typeof INTERIM | typeof DATA | typeof END | typeof REFUSED;

export type ReaderLimits = { head_bytes_max: number };

// A head is scanned and turned into values within one call, so all readers share what the scan notes.
export const fields: Fields = new Fields();

export abstract class MessageReader {
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
