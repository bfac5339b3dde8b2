// One pass over the bytes of a JSON text (RFC 8259): is it JSON, and within limits. Builds no value, so that what is refused costs
// no more than reading it. Strict where readers differ: no comments, no trailing commas, no byte order mark, valid UTF-8.
import { isUtf8 } from "node:buffer";
import { LIMITS } from "@holdfast/base";
import type { JsonLimitSettings } from "@holdfast/contract";

/** syntax: not JSON. limit: JSON, but more of it than is allowed. */
export type JsonFault = { kind: "syntax" | "limit"; detail: string };

/** Of bodies that a policy reads although their route says nothing about JSON. */
export const DEFAULT_JSON_LIMITS: JsonLimitSettings = {
  depth_most: LIMITS.json_depth_max,
  keys_most: LIMITS.json_keys_max,
  key_characters_most: 4096,
  array_items_most: LIMITS.json_array_items_max,
  text_most: LIMITS.buffered_body_bytes_max,
  duplicate_keys: "refuse",
};

/** Undefined: it is JSON within the limits. `text`: the same as text, if somebody needs it anyway; names are quicker cut out of that. */
export function scanJson(bytes: Uint8Array, limits: JsonLimitSettings, text?: string): JsonFault | undefined {
  if (!isUtf8(bytes)) return { kind: "syntax", detail: "the text is not valid UTF-8" };
  return new Scanner(bytes, limits, text).run();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const MINUS = 0x2d;

const LITERALS = ["true", "false", "null"].map((word) => Buffer.from(word));
const ESCAPES = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)));

/** Up to here it is quicker to go through the names of an object than to look one up. */
const FEW_NAMES = 8;

/** `names` of an object so far, first few, then all of them in a set; undefined for a list. */
type Open = { names: string[] | Set<string> | undefined; items: number };

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #limits: JsonLimitSettings;
  /** Where each byte is a character: of ASCII alone. */
  readonly #ascii: string | undefined;
  readonly #open: Open[] = [];
  #at = 0;
  #keys = 0;
  #fault: JsonFault | undefined;

  constructor(bytes: Uint8Array, limits: JsonLimitSettings, text: string | undefined) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#ascii = text?.length === bytes.length ? text : undefined;
  }

  run(): JsonFault | undefined {
    this.#space();
    let expects: "value" | "after" = "value";
    while (this.#fault === undefined) {
      if (expects === "value") expects = this.#value() ? "after" : "value";
      else if (this.#open.length === 0) return this.#end();
      else if (this.#next()) expects = "value";
    }
    return this.#fault;
  }

  #end(): JsonFault | undefined {
    this.#space();
    return this.#at === this.#bytes.length ? undefined : this.#syntax("there is more after the end of the JSON text");
  }

  /** True: a whole value is behind. False: something was opened, and its first value comes next. */
  #value(): boolean {
    const byte = this.#bytes[this.#at];
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) return this.#enter(byte === OPEN_OBJECT);
    if (byte === QUOTE) this.#text();
    else if (byte === MINUS || isDigit(byte)) this.#number();
    else this.#literal();
    return true;
  }

  #enter(is_object: boolean): boolean {
    if (this.#open.length >= this.#limits.depth_most) {
      this.#limit(`it is nested deeper than ${this.#limits.depth_most}`);
      return true;
    }
    this.#at++;
    this.#space();
    this.#open.push({ names: is_object ? [] : undefined, items: 0 });
    if (this.#bytes[this.#at] === (is_object ? CLOSE_OBJECT : CLOSE_LIST)) {
      this.#leave();
      return true;
    }
    if (is_object) this.#name();
    else this.#item();
    return false;
  }

  #leave(): void {
    this.#at++;
    this.#open.pop();
  }

  /** After a value inside something. True: another value comes. */
  #next(): boolean {
    this.#space();
    const inside = this.#open.at(-1) as Open;
    const byte = this.#bytes[this.#at];
    if (byte === (inside.names ? CLOSE_OBJECT : CLOSE_LIST)) {
      this.#leave();
      return false;
    }
    if (byte !== COMMA) {
      this.#syntax("a comma or a closing bracket is missing");
      return false;
    }
    this.#at++;
    this.#space();
    if (inside.names) this.#name();
    else this.#item();
    return true;
  }

  #item(): void {
    const inside = this.#open.at(-1) as Open;
    if (++inside.items > this.#limits.array_items_most)
      this.#limit(`a list has more than ${this.#limits.array_items_most} entries`);
  }

  #name(): void {
    if (this.#bytes[this.#at] !== QUOTE) return void this.#syntax("the name of a member is missing");
    const from = this.#at + 1;
    const is_escaped = this.#text();
    if (this.#fault) return;
    const written = this.#textOf(from, this.#at - 1);
    const name = is_escaped ? (JSON.parse(`"${written}"`) as string) : written;
    if (++this.#keys > this.#limits.keys_most) this.#limit(`it has more than ${this.#limits.keys_most} members`);
    if (name.length > this.#limits.key_characters_most)
      this.#limit(`the name of a member is longer than ${this.#limits.key_characters_most} characters`);
    this.#once(name);
    this.#space();
    if (this.#bytes[this.#at] !== COLON) this.#syntax("a colon is missing");
    this.#at++;
    this.#space();
  }

  #textOf(from: number, to: number): string {
    if (this.#ascii !== undefined) return this.#ascii.slice(from, to);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + from, to - from).toString();
  }

  #once(name: string): void {
    const inside = this.#open.at(-1) as Open;
    const { names } = inside;
    if (this.#limits.duplicate_keys === "pass" || !names) return;
    if (names instanceof Set ? names.has(name) : names.includes(name))
      this.#limit("an object has the same member twice");
    if (names instanceof Set) names.add(name);
    else if (names.push(name) > FEW_NAMES) inside.names = new Set(names);
  }

  /** True when it has escapes. */
  #text(): boolean {
    const bytes = this.#bytes;
    const from = ++this.#at;
    let is_escaped = false;
    for (; ; this.#at++) {
      const byte = bytes[this.#at];
      if (byte === QUOTE) break;
      if (byte === undefined || byte < 0x20) {
        this.#syntax(byte === undefined ? "a text does not end" : "a text has a control character");
        return is_escaped;
      }
      if (byte !== BACKSLASH) continue;
      is_escaped = true;
      if (!this.#escape()) return is_escaped;
    }
    if (this.#at - from > this.#limits.text_most) this.#limit(`a text is longer than ${this.#limits.text_most} bytes`);
    this.#at++;
    return is_escaped;
  }

  #escape(): boolean {
    const kind = this.#bytes[++this.#at];
    if (kind !== undefined && ESCAPES.has(kind)) return true;
    if (kind === 0x75)
      for (let digit = 0; digit < 4; digit++) if (!isHex(this.#bytes[++this.#at])) return this.#unknownEscape();
    return kind === 0x75 || this.#unknownEscape();
  }

  #unknownEscape(): false {
    this.#syntax("a text has an escape that JSON does not know");
    return false;
  }

  /** RFC 8259 section 6. */
  #number(): void {
    const bytes = this.#bytes;
    if (bytes[this.#at] === MINUS) this.#at++;
    if (bytes[this.#at] === 0x30) this.#at++;
    else if (!this.#digits()) return;
    if (bytes[this.#at] === 0x2e) {
      this.#at++;
      if (!this.#digits()) return;
    }
    if (((bytes[this.#at] ?? 0) | 0x20) !== 0x65) return;
    this.#at++;
    if (bytes[this.#at] === 0x2b || bytes[this.#at] === MINUS) this.#at++;
    this.#digits();
  }

  #digits(): boolean {
    const from = this.#at;
    while (isDigit(this.#bytes[this.#at])) this.#at++;
    if (this.#at === from) this.#syntax("a number is not one");
    return this.#at > from;
  }

  #literal(): void {
    for (const literal of LITERALS) {
      if (Buffer.compare(this.#bytes.subarray(this.#at, this.#at + literal.length), literal) !== 0) continue;
      this.#at += literal.length;
      return;
    }
    this.#syntax("a value is missing or is not JSON");
  }

  #space(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at++;
    }
  }

  #syntax(what: string): JsonFault {
    this.#fault ??= { kind: "syntax", detail: `${what} (byte ${this.#at})` };
    return this.#fault;
  }

  #limit(what: string): void {
    this.#fault ??= { kind: "limit", detail: what };
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isHex(byte: number | undefined): boolean {
  return isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}
