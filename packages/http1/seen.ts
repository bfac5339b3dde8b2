// Heads that were said before. Clients that call on and on, and services that answer alike, repeat a head byte for byte, and what is
// the same bytes is the same head: it is found again instead of read anew. A connection is first held to what it said last, then to
// what any connection has said twice; those that say the same share what was made of it, so that hundreds of connections are no more
// in memory, and in the processor's cache, than one.
import { CR, LF } from "./bytes.ts";

/** Longer ones are not kept. */
const BYTES_MAX = 1024;
/** Heads of one kind that are kept, two for each place that they may hash to; a power of two. */
const KEPT_MAX = 1024;
/** Heads that came once are told apart so far. More than are kept: two that take turns at one place would never have come before. */
const ONCE_MAX = 4096;
/** Looks in vain that are made before only one of SELDOM is: most traffic never repeats itself. What is found pays for so many more. */
const CREDIT_MAX = 256;
const EARNED = 32;
const SELDOM = 16;

type Kept<Made> = { readonly hash: number; readonly view: DataView; readonly length: number; readonly made: Made };

/** What connections of one kind said. Kept is what comes twice: most of what is said once is never said again. */
export class Repeated<Made> {
  /** Side by side the two of a hash, the newer one first; who comes third takes the older one's place. */
  readonly #kept: (Kept<Made> | undefined)[] = new Array(KEPT_MAX).fill(undefined);
  /** What the last ones that were not kept hash to. */
  readonly #once = new Int32Array(ONCE_MAX);
  #last: Kept<Made> | undefined;
  #credit = CREDIT_MAX;
  #passed_over = 0;

  /** The one that [from, to) begins with, if that can be seen without reading it. */
  find(bytes: Uint8Array, from: number, to: number): Kept<Made> | undefined {
    const kept = isHeadAlone(bytes, from, to) ? this.#lookFor(bytes, from, to) : this.#last;
    if (kept === undefined || kept.length > to - from || !beginsWith(bytes, from, kept)) return undefined;
    this.#found(kept);
    return kept;
  }

  /** The one that is [from, to): kept before, or now with what was made of it; undefined when it comes for the first time. */
  keep(bytes: Uint8Array, from: number, to: number, made: Made): Kept<Made> | undefined {
    if (to - from > BYTES_MAX || !this.#isWorthIt()) return undefined;
    const hash = hashOf(bytes, from, to);
    const before = this.#at(hash);
    if (before?.length === to - from && beginsWith(bytes, from, before)) {
      this.#found(before);
      return before;
    }
    const once_at = folded(hash) & (ONCE_MAX - 1);
    if (this.#once[once_at] !== hash) {
      this.#once[once_at] = hash;
      return undefined;
    }
    const kept = { hash, view: viewing(new Uint8Array(bytes.subarray(from, to))).view, length: to - from, made };
    const place = placeOf(hash);
    this.#kept[place + 1] = this.#kept[place];
    this.#kept[place] = kept;
    this.#last = kept;
    return kept;
  }

  #lookFor(bytes: Uint8Array, from: number, to: number): Kept<Made> | undefined {
    return this.#isWorthIt() ? this.#at(hashOf(bytes, from, to)) : undefined;
  }

  #at(hash: number): Kept<Made> | undefined {
    const place = placeOf(hash);
    const newer = this.#kept[place];
    if (newer?.hash === hash) return newer;
    const older = this.#kept[place + 1];
    return older?.hash === hash ? older : undefined;
  }

  #isWorthIt(): boolean {
    if (this.#credit === 0) return ++this.#passed_over % SELDOM === 0;
    this.#credit--;
    return true;
  }

  #found(kept: Kept<Made>): void {
    this.#credit = Math.min(this.#credit + EARNED, CREDIT_MAX);
    this.#last = kept;
  }
}

/** What one connection said. */
export class Seen<Made> {
  readonly #all: Repeated<Made>;
  #kept: Kept<Made> | undefined;

  constructor(all: Repeated<Made>) {
    this.#all = all;
  }

  /** What was made of the same bytes, when [from, to) begins with them. `length` says how many they are. */
  again(bytes: Uint8Array, from: number, to: number): Made | undefined {
    const own = this.#kept;
    if (own !== undefined && own.length <= to - from && beginsWith(bytes, from, own)) return own.made;
    // Who says something else is not expected to come back to it: heads differ late, so that each look in vain is a long one.
    this.#kept = this.#all.find(bytes, from, to);
    return this.#kept?.made;
  }

  get length(): number {
    return this.#kept?.length ?? 0;
  }

  /** [from, to) meant `made`, whatever comes behind it. Gives what was made of the same before, else `made`. */
  keep(bytes: Uint8Array, from: number, to: number, made: Made): Made {
    this.#kept = this.#all.keep(bytes, from, to, made);
    return this.#kept?.made ?? made;
  }
}

/** Nearly all that comes without a body comes by itself. */
function isHeadAlone(bytes: Uint8Array, from: number, to: number): boolean {
  return (
    to - from <= BYTES_MAX &&
    to - from >= 4 &&
    bytes[to - 1] === LF &&
    bytes[to - 2] === CR &&
    bytes[to - 3] === LF &&
    bytes[to - 4] === CR
  );
}

/** Only where things are kept depends on it, so who picks heads that fall together has them read anew, as all were without this. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  const view = viewOf(bytes);
  let hash = to - from;
  let at = from;
  for (; at + 4 <= to; at += 4) hash = mixed(hash, view.getInt32(at, true));
  for (; at < to; at++) hash = mixed(hash, view.getInt8(at));
  return hash;
}

function folded(hash: number): number {
  return hash ^ (hash >>> 15);
}

/** Of the first of two. */
function placeOf(hash: number): number {
  return folded(hash) & (KEPT_MAX - 2);
}

/** Turned, so that no bit only ever moves up, and multiplied by 2³² over the golden ratio. */
function mixed(hash: number, next: number): number {
  return Math.imul(((hash << 5) | (hash >>> 27)) ^ next, 0x9e3779b1);
}

/** Whether [from, …) of `bytes`, which has so many, begins with all of it. */
function beginsWith(bytes: Uint8Array, from: number, { view: seen, length }: Kept<unknown>): boolean {
  const view = viewOf(bytes);
  let at = 0;
  // As numbers with a point, eight at a time. Two that are equal are the same bytes, but for the two zeros, and those have bytes that
  // no head has; two that are no number are never equal, so that such a head is just read anew.
  for (; at + 8 <= length; at += 8) if (view.getFloat64(from + at, true) !== seen.getFloat64(at, true)) return false;
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
