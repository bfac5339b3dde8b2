// What a connection said last, to see when it says the same again: clients that call on and on, and services that answer alike, repeat
// a head byte for byte, and what is the same bytes is the same head. Pure.

/** Longer ones are not kept: this much for each connection. */
const BYTES_MAX = 1024;
/** After so many that differed in a row nothing is kept any more: this connection says something else each time. */
const MISSES_MAX = 8;

export class Seen<Made> {
  #bytes: Uint8Array | undefined;
  #length = 0;
  #made: Made | undefined;
  #misses = 0;

  /** What was made of the same bytes, when [from, to) begins with them. `length` says how many they are. */
  again(bytes: Uint8Array, from: number, to: number): Made | undefined {
    const seen = this.#bytes;
    const length = this.#length;
    if (seen === undefined || length === 0 || to - from < length) return undefined;
    for (let index = 0; index < length; index++) if (bytes[from + index] !== seen[index]) return undefined;
    this.#misses = 0;
    return this.#made;
  }

  get length(): number {
    return this.#length;
  }

  /** [from, to) meant `made`, whatever comes behind it. */
  keep(bytes: Uint8Array, from: number, to: number, made: Made): void {
    if (this.#misses > MISSES_MAX) return;
    this.#misses++;
    this.#length = 0;
    this.#made = undefined;
    if (this.#misses > MISSES_MAX || to - from > BYTES_MAX) {
      this.#bytes = undefined;
      return;
    }
    if (this.#bytes === undefined || this.#bytes.length < to - from) this.#bytes = new Uint8Array(to - from);
    this.#bytes.set(bytes.subarray(from, to));
    this.#length = to - from;
    this.#made = made;
  }
}
