// Signs the references of calls, many with one key and many at once: a turn through the cipher costs more than what it does. Ids are
// announced when their calls begin, and the first that is needed has all tags made that were announced.
import type { Id } from "./ids.ts";
import { BLOCK_BYTES, REFERENCE_PREFIX, type ReferenceKey, TAG_BYTES, tagCipher } from "./reference.ts";

/** Announced ids whose tags are kept; who comes later than that is signed alone. */
const SLOTS = 1024;
const NOTHING = new Uint8Array(0);
const DASH = 0x2d;
/** The value of a hexadecimal digit by its character code. */
const NIBBLES = new Uint8Array(128);
for (const [value, digit] of [..."0123456789abcdef"].entries()) NIBBLES[digit.charCodeAt(0)] = value;

/** The digits of base64url (RFC 4648 section 5). */
const DIGITS = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
const ID_CHARACTERS = 22;
const TAG_CHARACTERS = (TAG_BYTES / 3) * 4;

/**
 * Signs like `signReference`; `before` and `after` stand around each reference. The text is written digit by digit and made at once,
 * as that of ids is.
 */
export class ReferenceSigner {
  readonly #encrypt: (blocks: Uint8Array) => Uint8Array;
  readonly #subkey: Uint8Array;
  /** Made for the first call: not every workspace has any. */
  #ids = NOTHING;
  /** What is encrypted, and in its place what came of it. */
  #blocks = NOTHING;
  readonly #text: Buffer;
  readonly #id_at: number;
  readonly #tag_at: number;
  /** Announced so far, and of these encrypted. */
  #announced = 0;
  #encrypted = 0;

  constructor(key: ReferenceKey, before = "", after = "") {
    const { encrypt, subkey } = tagCipher(key);
    this.#encrypt = encrypt;
    this.#subkey = subkey;
    this.#id_at = before.length + REFERENCE_PREFIX.length;
    this.#tag_at = this.#id_at + ID_CHARACTERS + 1;
    const digits = `${"-".repeat(ID_CHARACTERS)}.${"-".repeat(TAG_CHARACTERS)}`;
    this.#text = Buffer.from(`${before}${REFERENCE_PREFIX}${digits}${after}`);
  }

  /** The number of `call`, under which it is signed. */
  announce(call: Id): number {
    const number = this.#announced;
    const at = (number % SLOTS) * BLOCK_BYTES;
    if (at === 0) this.#beginRound();
    this.#announced++;
    const ids = this.#ids;
    const blocks = this.#blocks;
    const subkey = this.#subkey;
    for (let index = 0, byte = 0; index < call.length; byte++, index += 2) {
      if (call.charCodeAt(index) === DASH) index++;
      const value =
        ((NIBBLES[call.charCodeAt(index)] as number) << 4) | (NIBBLES[call.charCodeAt(index + 1)] as number);
      ids[at + byte] = value;
      blocks[at + byte] = value ^ (subkey[byte] as number);
    }
    return number;
  }

  /** `number`: what `announce` gave for `call`. */
  sign(call: Id, number: number): string {
    const kept = this.#announced - number <= SLOTS ? number : this.announce(call);
    if (kept >= this.#encrypted) this.#encryptAll();
    const at = (kept % SLOTS) * BLOCK_BYTES;
    const text = this.#text;
    writeId(this.#ids, at, text, this.#id_at);
    writeThrees(this.#blocks, at, at + TAG_BYTES, text, this.#tag_at);
    return text.toString("latin1");
  }

  /** Those that wait lie side by side: none goes around the end. */
  #beginRound(): void {
    this.#encryptAll();
    if (this.#ids !== NOTHING) return;
    this.#ids = new Uint8Array(SLOTS * BLOCK_BYTES);
    this.#blocks = new Uint8Array(SLOTS * BLOCK_BYTES);
  }

  #encryptAll(): void {
    if (this.#encrypted === this.#announced) return;
    const from = (this.#encrypted % SLOTS) * BLOCK_BYTES;
    const waiting = this.#blocks.subarray(from, from + (this.#announced - this.#encrypted) * BLOCK_BYTES);
    waiting.set(this.#encrypt(waiting));
    this.#encrypted = this.#announced;
  }
}

/** Five times three bytes are four digits, and the last is two. */
function writeId(bytes: Uint8Array, from: number, into: Uint8Array, at: number): void {
  const last = from + BLOCK_BYTES - 1;
  writeThrees(bytes, from, last, into, at);
  const rest = (bytes[last] as number) << 4;
  into[at + ID_CHARACTERS - 2] = DIGITS[rest >> 6] as number;
  into[at + ID_CHARACTERS - 1] = DIGITS[rest & 63] as number;
}

function writeThrees(bytes: Uint8Array, from: number, to: number, into: Uint8Array, at: number): void {
  let digit = at;
  for (let index = from; index < to; index += 3) {
    const three = ((bytes[index] as number) << 16) | ((bytes[index + 1] as number) << 8) | (bytes[index + 2] as number);
    into[digit++] = DIGITS[three >> 18] as number;
    into[digit++] = DIGITS[(three >> 12) & 63] as number;
    into[digit++] = DIGITS[(three >> 6) & 63] as number;
    into[digit++] = DIGITS[three & 63] as number;
  }
}
