// Header and trailer sections (RFC 9112 section 5): one pass over the bytes that notes where names and values stand, then the
// strings, cut out of one text. What frames the message is noted on the way. Pure.
import { COLON, CR, LF, SPACE, TAB, TOKEN, VALUE } from "./bytes.ts";
import {
  CONNECTION,
  CONTENT_LENGTH,
  EXPECT,
  findName,
  HASH_START,
  HOST,
  hashStep,
  KEEP_ALIVE,
  type KnownName,
  TRANSFER_ENCODING,
  UPGRADE,
} from "./names.ts";
import { malformed, type Refusal } from "./refusal.ts";

/** More than any honest message has; Apache takes 100, Node 2,000. */
const FIELDS_MAX = 1000;

/** What `scan` gives instead of a position. */
export const INCOMPLETE = -1;
export const BROKEN = -2;

/** No length was announced. */
export const NO_LENGTH = -1;

/** Reads one section after the other; what it noted is overwritten by the next. */
export class Fields {
  refusal: Refusal | undefined;
  host_count = 0;
  content_length: number = NO_LENGTH;
  chunked = false;
  /** Of `Connection`. */
  close = false;
  keep_alive = false;
  upgrade_listed = false;
  upgrade_named = false;
  expects_continue = false;
  /** `timeout` of `Keep-Alive` in seconds. */
  keep_alive_seconds: number | undefined;
  /** A name that a trailer section may not have (RFC 9110 section 6.5.1). */
  frames = false;

  #count = 0;
  /** Four numbers each: where name and value begin and end. */
  readonly #places = new Int32Array(FIELDS_MAX * 4);
  readonly #known: (KnownName | undefined)[] = [];

  /** Position behind the empty line, INCOMPLETE, or BROKEN (see `refusal`). */
  scan(bytes: Buffer, from: number, to: number): number {
    this.#reset();
    let at = from;
    while (at < to) {
      if (bytes[at] === CR) {
        if (at + 1 === to) return INCOMPLETE;
        return bytes[at + 1] === LF ? at + 2 : this.#broken("A line ends with CR alone.");
      }
      at = this.#scanField(bytes, at, to);
      if (at < 0) return at;
    }
    return INCOMPLETE;
  }

  /** Names and values in turn; `text` is the latin1 text of bytes from `offset` on. */
  list(text: string, offset: number, lower_case: boolean): string[] {
    const places = this.#places;
    const flat: string[] = [];
    for (let index = 0; index < this.#count; index++) {
      const at = index * 4;
      const from = (places[at] as number) - offset;
      const to = (places[at + 1] as number) - offset;
      const value = text.slice((places[at + 2] as number) - offset, (places[at + 3] as number) - offset);
      flat.push(nameIn(text, from, to, this.#known[index], lower_case), value);
    }
    return flat;
  }

  #reset(): void {
    this.refusal = undefined;
    this.host_count = 0;
    this.content_length = NO_LENGTH;
    this.chunked = false;
    this.close = false;
    this.keep_alive = false;
    this.upgrade_listed = false;
    this.upgrade_named = false;
    this.expects_continue = false;
    this.keep_alive_seconds = undefined;
    this.frames = false;
    this.#count = 0;
  }

  #broken(detail: string): number {
    this.refusal = malformed(detail);
    return BROKEN;
  }

  /** One field line; position behind its CRLF. */
  #scanField(bytes: Buffer, from: number, to: number): number {
    let hash = HASH_START;
    let at = from;
    for (; at < to; at++) {
      const lower = TOKEN[bytes[at] as number] as number;
      if (lower === 0) break;
      hash = hashStep(hash, lower);
    }
    if (at === to) return INCOMPLETE;
    if (bytes[at] !== COLON || at === from) return this.#broken(nameTrouble(bytes[at] as number, at === from));
    const name_end = at++;
    while (at < to && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
    const value_from = at;
    while (at < to && VALUE[bytes[at] as number] === 1) at++;
    // The line's end may be split between two reads.
    if (at === to || (at + 1 === to && bytes[at] === CR)) return INCOMPLETE;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) return this.#broken(valueTrouble(bytes[at] as number));
    let value_end = at;
    while (value_end > value_from && (bytes[value_end - 1] === SPACE || bytes[value_end - 1] === TAB)) value_end--;
    return this.#note(bytes, { from, name_end, value_from, value_end, end: at, hash }) ? at + 2 : BROKEN;
  }

  #note(bytes: Buffer, line: Line): boolean {
    if (this.#count === FIELDS_MAX) {
      this.refusal = { code: "too_large", detail: `A head may have ${FIELDS_MAX} header lines.` };
      return false;
    }
    const at = this.#count * 4;
    this.#places[at] = line.from;
    this.#places[at + 1] = line.name_end;
    this.#places[at + 2] = line.value_from;
    this.#places[at + 3] = line.value_end;
    const known = findName(bytes, line.from, line.name_end, line.hash);
    this.#known[this.#count++] = known;
    if (known !== undefined && known.meaning !== 0) this.#understand(bytes, known.meaning, line);
    return this.refusal === undefined;
  }

  #understand(bytes: Buffer, meaning: number, { name_end, value_from, value_end, end }: Line): void {
    if (meaning !== KEEP_ALIVE) this.frames = true;
    // Found by the fuzz: Node takes a tab for a space around every value but that of Transfer-Encoding.
    if (hasTab(bytes, name_end, end)) this.refusal = malformed("A header that frames the message contains a tab.");
    else if (meaning === HOST) this.host_count++;
    else if (meaning === CONTENT_LENGTH) this.#readLength(bytes, value_from, value_end);
    else if (meaning === UPGRADE) this.upgrade_named = true;
    else this.#readWord(meaning, bytes.toString("latin1", value_from, value_end).toLowerCase());
  }

  #readWord(meaning: number, value: string): void {
    if (meaning === CONNECTION) this.#readConnection(value);
    else if (meaning === EXPECT) this.expects_continue = value === "100-continue";
    else if (meaning === KEEP_ALIVE) this.keep_alive_seconds = timeoutOf(value);
    else if (meaning === TRANSFER_ENCODING) {
      // RFC 9112 section 6.1: other codings, "chunked" in a list or twice are read in several ways.
      if (this.chunked || value !== "chunked") this.refusal = malformed("The only Transfer-Encoding taken is chunked.");
      this.chunked = true;
    }
  }

  /** RFC 9110 section 8.6: digits, once. Lists, signs and leading zeros are where readers differ. */
  #readLength(bytes: Buffer, from: number, to: number): void {
    let length = 0;
    let fine = this.content_length === NO_LENGTH && to > from && (bytes[from] !== 0x30 || to - from === 1);
    for (let at = from; fine && at < to; at++) {
      const digit = (bytes[at] as number) - 0x30;
      fine = digit >= 0 && digit <= 9;
      length = length * 10 + digit;
    }
    if (!fine || length > Number.MAX_SAFE_INTEGER) this.refusal = malformed("Content-Length is not one length.");
    this.content_length = length;
  }

  #readConnection(value: string): void {
    if (value === "keep-alive") this.keep_alive = true;
    else if (value === "close") this.close = true;
    else
      for (const part of value.split(",")) {
        const option = part.trim();
        if (option === "close") this.close = true;
        else if (option === "keep-alive") this.keep_alive = true;
        else if (option === "upgrade") this.upgrade_listed = true;
      }
  }
}

type Line = { from: number; name_end: number; value_from: number; value_end: number; end: number; hash: number };

function nameIn(text: string, from: number, to: number, known: KnownName | undefined, lower_case: boolean): string {
  if (known) {
    if (lower_case || text.startsWith(known.lower, from)) return known.lower;
    if (text.startsWith(known.title, from)) return known.title;
  }
  const name = text.slice(from, to);
  return lower_case ? name.toLowerCase() : name;
}

function hasTab(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === TAB) return true;
  return false;
}

function nameTrouble(byte: number, first: boolean): string {
  if (first && (byte === SPACE || byte === TAB)) return "A header line is folded.";
  if (byte === SPACE || byte === TAB) return "A header name is followed by a space.";
  if (byte === LF) return "A line ends with LF alone.";
  return "A header line has no valid name.";
}

function valueTrouble(byte: number): string {
  if (byte === LF) return "A line ends with LF alone.";
  if (byte === CR) return "A line ends with CR alone.";
  return "A header value contains a control character.";
}

/** `timeout=5, max=100` */
function timeoutOf(value: string): number | undefined {
  const at = value.indexOf("timeout=");
  const seconds = at < 0 ? Number.NaN : Number.parseInt(value.slice(at + 8), 10);
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}
