// Where a body ends (RFC 9112 sections 6 and 7): a length, chunks with a trailer section, or the connection's end. Gives out views
// of the input, never copies. Chunk extensions are refused, as README.md says.
import { CR, HEX, LF } from "./bytes.ts";
import { BROKEN, Fields, INCOMPLETE } from "./fields.ts";
import { CHUNKED, UNTIL_CLOSE } from "./heads.ts";
import type { Input } from "./input.ts";
import { malformed, type Refusal } from "./refusal.ts";

/** What a look at the input gave. MORE: the input is used up. DATA: see `data`. END: the body is over. REFUSED: see `refusal`. */
export const MORE = 0;
export const DATA = 2;
export const END = 3;
export const REFUSED = 4;
export type BodyEvent = typeof MORE | typeof DATA | typeof END | typeof REFUSED;

/** 13 hexadecimal digits stay below 2^53. */
const SIZE_DIGITS_MAX = 13;

/** A trailer section is scanned again for each piece in which it comes, so it has to be small. */
const TRAILER_BYTES_MAX = 4096;

const FIXED = 0;
const OPEN = 1;
const SIZE = 2;
const SIZE_LF = 3;
const CHUNK = 4;
const CHUNK_CR = 5;
const CHUNK_LF = 6;
const TRAILERS = 7;

const trailers = new Fields();

export class BodyReader {
  data: Uint8Array = NOTHING;
  /** Names in lower case and values in turn: headers behind the body, once END was given out. Undefined when there were none. */
  trailers: string[] | undefined;
  refusal: Refusal | undefined;
  #state = FIXED;
  /** Of the body, or of the chunk. */
  #left = 0;
  #digits = 0;

  begin(framing: number): void {
    this.trailers = undefined;
    this.#left = Math.max(framing, 0);
    this.#digits = 0;
    this.#state = framing === CHUNKED ? SIZE : framing === UNTIL_CLOSE ? OPEN : FIXED;
  }

  /** A connection that ends here ends the body. */
  get ends_with_connection(): boolean {
    return this.#state === OPEN;
  }

  next(input: Input): BodyEvent {
    if (this.#state === FIXED) return this.#left === 0 ? END : this.#take(input);
    if (this.#state === OPEN) {
      this.#left = input.rest;
      return this.#take(input);
    }
    return this.#nextChunked(input);
  }

  #take(input: Input): BodyEvent {
    const count = Math.min(this.#left, input.rest);
    if (count === 0) return MORE;
    this.data = input.bytes.subarray(input.at, input.at + count);
    input.at += count;
    this.#left -= count;
    return DATA;
  }

  #nextChunked(input: Input): BodyEvent {
    while (input.at < input.end) {
      if (this.#state === CHUNK) {
        if (this.#left > 0) return this.#take(input);
        this.#state = CHUNK_CR;
      }
      if (this.#state === TRAILERS) return this.#readTrailers(input);
      if (!this.#step(input.bytes[input.at] as number)) return REFUSED;
      input.at++;
    }
    return MORE;
  }

  /** One byte of what stands around chunks. */
  #step(byte: number): boolean {
    switch (this.#state) {
      case SIZE:
        return this.#readDigit(byte);
      case SIZE_LF:
        if (byte !== LF) return this.#refuse("A chunk's size ends with CR alone.");
        this.#state = this.#left === 0 ? TRAILERS : CHUNK;
        return true;
      case CHUNK_CR:
        if (byte !== CR) return this.#refuse("A chunk is longer than its size.");
        this.#state = CHUNK_LF;
        return true;
      default:
        if (byte !== LF) return this.#refuse("A chunk ends with CR alone.");
        this.#state = SIZE;
        this.#digits = 0;
        this.#left = 0;
        return true;
    }
  }

  #readDigit(byte: number): boolean {
    const digit = HEX[byte] as number;
    if (digit === 255) {
      if (byte === CR && this.#digits > 0) {
        this.#state = SIZE_LF;
        return true;
      }
      return this.#refuse(byte === 0x3b ? "A chunk has an extension." : "A chunk has no valid size.");
    }
    if (++this.#digits > SIZE_DIGITS_MAX) return this.#refuse("A chunk's size is too large.");
    this.#left = this.#left * 16 + digit;
    return true;
  }

  #readTrailers(input: Input): BodyEvent {
    const behind = trailers.scan(input.bytes, input.at, input.end);
    if (behind === INCOMPLETE) {
      if (input.rest > TRAILER_BYTES_MAX) return this.#refuseAll("A trailer section is too large.");
      return MORE;
    }
    if (behind === BROKEN) {
      this.refusal = trailers.refusal;
      return REFUSED;
    }
    if (trailers.frames) return this.#refuseAll("A trailer section has a header that frames the message.");
    // An empty section is the empty line alone.
    if (behind - input.at > 2)
      this.trailers = trailers.list(input.bytes.toString("latin1", input.at, behind), input.at, true);
    input.at = behind;
    this.#state = FIXED;
    return END;
  }

  #refuse(detail: string): boolean {
    this.refusal = malformed(detail);
    return false;
  }

  #refuseAll(detail: string): BodyEvent {
    this.#refuse(detail);
    return REFUSED;
  }
}

const NOTHING = new Uint8Array(0);
