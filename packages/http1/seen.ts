// What a connection said last, to see when it says the same again: clients that call on and on, and services that answer alike, repeat
// a head byte for byte, and what is the same bytes is the same head. Connections that say the same share what was made of it: hundreds
// of them are no more in memory, and in the processor's cache, than one.

/** Longer ones are not kept. */
const BYTES_MAX = 1024;
/** After so many that differed in a row nothing is kept any more: this connection says something else each time. */
const MISSES_MAX = 8;
/** Heads of other connections that a new one is compared with. */
const LATELY_MAX = 8;

type Kept<Made> = { readonly view: DataView; readonly length: number; readonly made: Made };

/** What connections of one kind said last. */
export class Lately<Made> {
  readonly #kept: Kept<Made>[] = [];
  #at = 0;
  last: Kept<Made> | undefined;

  /** The one that is [from, to), with what was made of it: at the first time `made`. */
  keep(bytes: Uint8Array, from: number, to: number, made: Made): Kept<Made> {
    let kept = this.#kept.find(({ length, view }) => length === to - from && beginsWith(bytes, from, view, length));
    if (kept === undefined) {
      kept = { view: viewing(new Uint8Array(bytes.subarray(from, to))).view, length: to - from, made };
      this.#kept[this.#at] = kept;
      this.#at = (this.#at + 1) % LATELY_MAX;
    }
    this.last = kept;
    return kept;
  }
}

export class Seen<Made> {
  readonly #lately: Lately<Made>;
  #kept: Kept<Made> | undefined;
  #misses = 0;
  #begun = false;

  constructor(lately: Lately<Made>) {
    this.#lately = lately;
  }

  /** What was made of the same bytes, when [from, to) begins with them. `length` says how many they are. */
  again(bytes: Uint8Array, from: number, to: number): Made | undefined {
    const own = this.#kept;
    if (own !== undefined && to - from >= own.length && beginsWith(bytes, from, own.view, own.length)) {
      this.#misses = 0;
      return own.made;
    }
    const { last } = this.#lately;
    if (last === undefined || last === own || to - from < last.length) return undefined;
    if (!beginsWith(bytes, from, last.view, last.length)) return undefined;
    this.#kept = last;
    return last.made;
  }

  get length(): number {
    return this.#kept?.length ?? 0;
  }

  /** [from, to) meant `made`, whatever comes behind it. Gives what was made of the same before, else `made`. */
  keep(bytes: Uint8Array, from: number, to: number, made: Made): Made {
    // A connection on which one thing was said may never say another: thousands of those are open, and should be small.
    if (!this.#begun) this.#begun = true;
    else if (this.#misses <= MISSES_MAX) {
      const keeps = ++this.#misses <= MISSES_MAX && to - from <= BYTES_MAX;
      this.#kept = keeps ? this.#lately.keep(bytes, from, to, made) : undefined;
      return this.#kept?.made ?? made;
    }
    return made;
  }
}

/** Whether [from, …) of `bytes`, which has so many, begins with all of `view`. */
function beginsWith(bytes: Uint8Array, from: number, seen: DataView, length: number): boolean {
  const view = viewOf(bytes);
  let at = 0;
  // As numbers with a point, eight at a time. Two that are equal are the same bytes, but for the two zeros, and those have bytes that
  // no head has; two that are no number are never equal, so that such a head is just read anew.
  for (; at + 8 <= length; at += 8) if (view.getFloat64(from + at) !== seen.getFloat64(at)) return false;
  for (; at < length; at++) if (view.getInt8(from + at) !== seen.getInt8(at)) return false;
  return true;
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
