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
    // As numbers with a point, eight at a time. Two that are equal are the same bytes, but for the two zeros, and those have bytes that
    // no head has; two that are no number are never equal, so that such a head is just read anew.
    for (; at + 8 <= length; at += 8) if (view.getFloat64(from + at) !== seen.getFloat64(at)) return undefined;
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
      this.#view = viewing(this.#bytes).view;
    }
    this.#bytes.set(bytes.subarray(from, to));
    this.#length = to - from;
    this.#made = made;
  }
}

type Viewed = { bytes: Uint8Array; view: DataView };

/** For looking at many bytes at once. Nearly all come in the two buffers that sockets share, one for each side. */
let last = viewing(new Uint8Array(0));
let other = last;

function viewOf(bytes: Uint8Array): DataView {
  if (bytes === last.bytes) return last.view;
  [last, other] = [bytes === other.bytes ? other : viewing(bytes), last];
  return last.view;
}

function viewing(bytes: Uint8Array): Viewed {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}
