// The texts of one frame that have a number. None of them is kept: they are found again by what stands of them in the frame, so that
// nothing of a record lives longer than the record, and nothing has to be made for a text that is new. Of ASCII alone, within limits.

/** Texts that are numbered in one frame. */
export const NUMBERED_MAX = 4096;
/** Longer ones hardly come twice. */
export const NUMBERED_CHARACTERS_MAX = 256;

const SLOTS = 2 * NUMBERED_MAX;
/** Looked at for one text: who picks texts that fall together makes the frame larger, and nothing slower. */
const PROBES_MAX = 8;
/** Of a slot: the frame it was used in, the text's hash, where it begins, and its length above 16 bits of its place in the order. */
const WIDTH = 4;

export class NumberedTexts {
  /** How many have a number. */
  size = 0;
  readonly #slots = new Int32Array(SLOTS * WIDTH);
  #frame = 1;
  #hash = 0;
  /** Where the text that was looked for last would stand; -1: nowhere. */
  #free = -1;

  /** The place of `text` in the order of those with a number, from 0 on; -1: it has none. `bytes`: the frame so far. */
  find(text: string, bytes: Uint8Array): number {
    const slots = this.#slots;
    const hash = hashOf(text);
    this.#hash = hash;
    let slot = hash & (SLOTS - 1);
    for (let probes = 0; probes < PROBES_MAX; probes++) {
      const at = slot * WIDTH;
      if (slots[at] !== this.#frame) {
        this.#free = at;
        return -1;
      }
      const packed = slots[at + 3] as number;
      if (slots[at + 1] === hash && packed >>> 16 === text.length && standsAt(bytes, slots[at + 2] as number, text))
        return packed & 0xffff;
      slot = (slot + 1) & (SLOTS - 1);
    }
    this.#free = -1;
    return -1;
  }

  /** Whether the text that was looked for last, and not found, may have a number. */
  get has_room(): boolean {
    return this.#free >= 0 && this.size < NUMBERED_MAX;
  }

  /** It stands at `at`, of ASCII alone, and has the next number. */
  add(at: number, length: number): void {
    this.#slots[this.#free] = this.#frame;
    this.#slots[this.#free + 1] = this.#hash;
    this.#slots[this.#free + 2] = at;
    this.#slots[this.#free + 3] = (length << 16) | this.size++;
  }

  /** The next frame begins. */
  clear(): void {
    this.#frame++;
    this.size = 0;
  }
}

function hashOf(text: string): number {
  let hash = text.length;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash ^ (hash >>> 15);
}

function standsAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}
