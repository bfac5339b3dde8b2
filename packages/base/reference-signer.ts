// Signs the references of calls, many with one key and many at once: a turn through the cipher costs more than what it does. Ids are
// announced when their calls begin, and the first that is needed has all tags made that were announced.
import type { Id } from "./ids.ts";
import { BLOCK_BYTES, REFERENCE_PREFIX, type ReferenceKey, TAG_BYTES, type TagCipher, tagCipher } from "./reference.ts";

/** Announced ids whose tags are kept. Whose tag is kept no more is signed alone; the next time twice as many are. 32 bytes each. */
const SLOTS_FIRST = 64;
const SLOTS_MOST = 1024;
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
  readonly #key: ReferenceKey;
  readonly #text: Buffer;
  readonly #id_at: number;
  readonly #tag_at: number;
  /** Undefined until the first call: not every workspace has any. */
  #cipher: TagCipher | undefined;
  #slots = 0;
  #ids = NOTHING;
  /** What is encrypted, and in its place what came of it. */
  #blocks = NOTHING;
  /** Announced so far, of these encrypted, and announced before there were so many slots. */
  #announced = 0;
  #encrypted = 0;
  #before = 0;
  #too_few = true;

  constructor(key: ReferenceKey, before = "", after = "") {
    this.#key = key;
    this.#id_at = before.length + REFERENCE_PREFIX.length;
    this.#tag_at = this.#id_at + ID_CHARACTERS + 1;
    const digits = `${"-".repeat(ID_CHARACTERS)}.${"-".repeat(TAG_CHARACTERS)}`;
    this.#text = Buffer.from(`${before}${REFERENCE_PREFIX}${digits}${after}`);
  }

  /** The number of `call`, under which it is signed. */
  announce(call: Id): number {
    const number = this.#announced;
    if (number === this.#before || this.#placeOf(number) === 0) this.#beginRound();
    const at = this.#placeOf(number);
    this.#announced++;
    const ids = this.#ids;
    const blocks = this.#blocks;
    const { subkey } = this.#cipher as TagCipher;
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
    const kept = number >= this.#before && this.#announced - number <= this.#slots ? number : this.#announceLate(call);
    if (kept >= this.#encrypted) this.#encryptAll();
    const at = this.#placeOf(kept);
    const text = this.#text;
    writeId(this.#ids, at, text, this.#id_at);
    writeThrees(this.#blocks, at, at + TAG_BYTES, text, this.#tag_at);
    return text.toString("latin1");
  }

  #announceLate(call: Id): number {
    this.#too_few = this.#slots < SLOTS_MOST;
    return this.announce(call);
  }

  #placeOf(number: number): number {
    return ((number - this.#before) % this.#slots) * BLOCK_BYTES;
  }

  /** Those that wait lie side by side: none goes around the end. */
  #beginRound(): void {
    this.#encryptAll();
    if (this.#too_few) this.#makeRoom();
  }

  #makeRoom(): void {
    this.#cipher ??= tagCipher(this.#key);
    this.#slots = this.#slots === 0 ? SLOTS_FIRST : this.#slots * 2;
    this.#ids = new Uint8Array(this.#slots * BLOCK_BYTES);
    this.#blocks = new Uint8Array(this.#slots * BLOCK_BYTES);
    this.#before = this.#announced;
    this.#too_few = false;
  }

  #encryptAll(): void {
    if (this.#encrypted === this.#announced) return;
    const from = this.#placeOf(this.#encrypted);
    const waiting = this.#blocks.subarray(from, from + (this.#announced - this.#encrypted) * BLOCK_BYTES);
    waiting.set((this.#cipher as TagCipher).encrypt(waiting));
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
