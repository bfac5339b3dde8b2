// A table of fixed size in memory that all threads of a process share: the hash of a key picks a set of slots, one short lock
// guards the set, and a slot whose time is over is free for another key. What its values mean is for whoever uses it.
//
//   2 seeds │ changes, nothing │ 1 lock per set │ 2 words of hash per slot │ 1 second per slot: until when it is used │ values
import { randomFillSync } from "node:crypto";
import { hash32 } from "../hash.ts";
import { EPOCH_MS } from "./gcra.ts";
import { lock, unlock } from "./set-lock.ts";

const SLOTS_PER_SET = 64;
const HEADER_BYTES = 16;
/** In `until`: used until somebody says otherwise. */
export const ALWAYS = 0x7fffffff;

export type Entry = { high: number; low: number; until: number; values: Float64Array };

/** Opened once in each thread, over the same buffer. `width`: numbers in one slot. */
export class SlotTable {
  readonly buffer: SharedArrayBuffer;
  readonly width: number;
  /** Seconds since EPOCH_MS; up to then the slot is its key's. */
  readonly until: Int32Array;
  readonly values: Float64Array;
  readonly #sets: number;
  readonly #seeds: Int32Array;
  readonly #changes: Int32Array;
  readonly #locks: Int32Array;
  readonly #hashes: Int32Array;
  #locked = -1;

  constructor(buffer: SharedArrayBuffer, width: number) {
    this.buffer = buffer;
    this.width = width;
    const sets = Math.floor((buffer.byteLength - HEADER_BYTES) / bytesPerSet(width));
    const slots = sets * SLOTS_PER_SET;
    const locks = HEADER_BYTES;
    const hashes = locks + lockBytes(sets);
    const until = hashes + slots * 8;
    this.#sets = sets;
    this.#seeds = new Int32Array(buffer, 0, 2);
    this.#changes = new Int32Array(buffer, 8, 1);
    this.#locks = new Int32Array(buffer, locks, sets);
    this.#hashes = new Int32Array(buffer, hashes, slots * 2);
    this.until = new Int32Array(buffer, until, slots);
    this.values = new Float64Array(buffer, until + slots * 4, slots * width);
  }

  /**
   * Locks the key's set; `leave` has to follow. Gives the key's slot: its own, or a free one with all values 0 and `until` 0, which
   * goes to the next who asks unless `until` is set. -1: the set is full.
   */
  enter(key: string, now_ms: number): number {
    const high = hash32(key, this.#seeds[0] as number) | 1;
    const low = hash32(key, this.#seeds[1] as number) | 0;
    return this.#enterAt(high | 0, low, now_ms);
  }

  leave(): void {
    unlock(this.#locks, this.#locked);
  }

  /** The slot's numbers themselves, not a copy. */
  valuesOf(slot: number): Float64Array {
    return this.values.subarray(slot * this.width, (slot + 1) * this.width);
  }

  /** A number that is another after every `changed`. */
  get changes(): number {
    return Atomics.load(this.#changes, 0);
  }

  changed(): void {
    Atomics.add(this.#changes, 0, 1);
  }

  /** The slot of the entered set with the smallest first value; it loses its key to the one that was asked for. */
  evict(key: string): number {
    const first = this.#locked * SLOTS_PER_SET;
    let least = first;
    for (let slot = first; slot < first + SLOTS_PER_SET; slot++)
      if ((this.values[slot * this.width] as number) < (this.values[least * this.width] as number)) least = slot;
    this.#claim(least, hash32(key, this.#seeds[0] as number) | 1, hash32(key, this.#seeds[1] as number) | 0);
    return least;
  }

  /** Every slot that is in use, one set after the other, each under its lock. */
  forEachUsed(visit: (slot: number) => void): void {
    for (let set = 0; set < this.#sets; set++) {
      lock(this.#locks, set);
      try {
        for (let slot = set * SLOTS_PER_SET; slot < (set + 1) * SLOTS_PER_SET; slot++)
          if (this.until[slot] !== 0) visit(slot);
      } finally {
        unlock(this.#locks, set);
      }
    }
  }

  /** What the table holds at `now_ms`, to be put back into one of the same width with the same seeds. */
  entries(now_ms: number): Entry[] {
    const all: Entry[] = [];
    const now_s = (now_ms - EPOCH_MS) / 1000;
    this.forEachUsed((slot) => {
      const until = this.until[slot] as number;
      if (until <= now_s) return;
      const [high, low] = [this.#hashes[slot * 2] as number, this.#hashes[slot * 2 + 1] as number];
      all.push({ high, low, until, values: this.valuesOf(slot).slice() });
    });
    return all;
  }

  get seeds(): [number, number] {
    return [this.#seeds[0] as number, this.#seeds[1] as number];
  }

  /** Before anybody else has opened the table. */
  restore([first, second]: [number, number], entries: readonly Entry[], now_ms: number): void {
    this.#seeds[0] = first;
    this.#seeds[1] = second;
    for (const { high, low, until, values } of entries) {
      const slot = this.#enterAt(high, low, now_ms);
      if (slot >= 0) {
        this.until[slot] = until;
        this.valuesOf(slot).set(values);
      }
      this.leave();
    }
  }

  #enterAt(high: number, low: number, now_ms: number): number {
    const set = (low >>> 0) % this.#sets;
    lock(this.#locks, set);
    this.#locked = set;
    const now_s = (now_ms - EPOCH_MS) / 1000;
    const first = set * SLOTS_PER_SET;
    let free = -1;
    for (let slot = first; slot < first + SLOTS_PER_SET; slot++) {
      if (this.#hashes[slot * 2] === high && this.#hashes[slot * 2 + 1] === low) return slot;
      if (free < 0 && (this.until[slot] as number) <= now_s) free = slot;
    }
    if (free >= 0) this.#claim(free, high, low);
    return free;
  }

  #claim(slot: number, high: number, low: number): void {
    this.#hashes[slot * 2] = high;
    this.#hashes[slot * 2 + 1] = low;
    this.until[slot] = 0;
    this.values.fill(0, slot * this.width, (slot + 1) * this.width);
  }
}

/** Room for `slots` slots, rounded up to whole sets. */
export function newTable(slots: number, width: number): SharedArrayBuffer {
  const sets = Math.ceil(slots / SLOTS_PER_SET);
  const buffer = new SharedArrayBuffer(HEADER_BYTES + sets * bytesPerSet(width));
  // Seeds that nobody outside knows: no client can pick an address that lands in somebody else's bucket.
  randomFillSync(new Uint8Array(buffer, 0, 8));
  return buffer;
}

/** A multiple of 8, so that the values begin at one. */
function bytesPerSet(width: number): number {
  return 8 + SLOTS_PER_SET * (12 + 8 * width);
}

function lockBytes(sets: number): number {
  return sets * 8;
}
