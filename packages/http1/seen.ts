// What a connection said last, to see when it says the same again: clients that call on and on, and services that answer alike, repeat
// a head byte for byte, and what is the same bytes is the same head. Pure.

/** Longer ones are not kept: this much for each connection. */
const BYTES_MAX = 1024;
/** After so many that differed in a row nothing is kept any more: this connection says something else each time. */
const MISSES_MAX = 8;

export class Seen<Made> {
  #bytes: Uint8Array | undefined;
  #view: DataView | undefined;
  #length = 0;
  #made: Made | undefined;
  #misses = 0;
  #begun = false;

  /** What was made of the same bytes, when [from, to) begins with them. `length` says how many they are. */
  again(bytes: Uint8Array, from: number, to: number): Made | undefined {
    const seen = this.#view;
    const length = this.#length;
    if (seen === undefined || length === 0 || to - from < length) return undefined;
    const view = viewOf(bytes);
    let at = 0;
    for (; at + 4 <= length; at += 4) if (view.getInt32(from + at) !== seen.getInt32(at)) return undefined;
    for (; at < length; at++) if (view.getInt8(from + at) !== seen.getInt8(at)) return undefined;
    this.#misses = 0;
    return this.#made;
  }

  get length(): number {
    return this.#length;
  }

  /** [from, to) meant `made`, whatever comes behind it. */
  keep(bytes: Uint8Array, from: number, to: number, made: Made): void {
    // A connection on which one thing was said may never say another: thousands of those are open, and should be small.
    if (!this.#begun) {
      this.#begun = true;
      return;
    }
    if (this.#misses > MISSES_MAX) return;
    this.#misses++;
    this.#length = 0;
    this.#made = undefined;
    if (this.#misses > MISSES_MAX || to - from > BYTES_MAX) {
      this.#bytes = undefined;
      this.#view = undefined;
      return;
    }
    if (this.#bytes === undefined || this.#bytes.length < to - from) {
      this.#bytes = new Uint8Array(to - from);
      this.#view = viewOf(this.#bytes);
    }
    this.#bytes.set(bytes.subarray(from, to));
    this.#length = to - from;
    this.#made = made;
  }
}

/** For looking at four bytes at once. Kept with what it is a view of: nearly all bytes come in the same buffer. */
let viewed: Uint8Array | undefined;
let kept_view: DataView | undefined;

function viewOf(bytes: Uint8Array): DataView {
  if (bytes === viewed && kept_view) return kept_view;
  viewed = bytes;
  kept_view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return kept_view;
}
