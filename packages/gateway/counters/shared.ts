// Limit counters in memory that all worker threads of one process share. Open addressing in a table of fixed size: the hash of a
// key picks a set of slots, one short lock guards the set, and a slot whose bucket is full again is free for another key. What
// belongs together stands together, so that a call touches one page of a table that no cache holds.
//
//   2 seeds │ per set: lock, nothing, 64 slots │ per slot: 2 words of hash, 1 second: when it is free, nothing, tat (gcra.ts)
import { randomFillSync } from "node:crypto";
import { LIMITS } from "@holdfast/base";
import { type Begun, hashBegin, hashed, hashTwice } from "../hash.ts";
import { type Buckets, type KeyPart, keyPart, type Limit, type Taken } from "./counters.ts";
import { EPOCH_MS, giveBackTo, takeFrom } from "./gcra.ts";
import { lock, unlock } from "./set-lock.ts";

const SLOTS_PER_SET = 64;
/** In words of 4 bytes; all even, so that every tat begins at a multiple of 8. */
const SEEDS = 2;
const SET_HEAD = 2;
const SLOT = 6;
const SET = SET_HEAD + SLOTS_PER_SET * SLOT;
/** In a slot. */
const LOW = 1;
const FREE_AT = 2;
const TAT = 4;

export type SharedCounters = {
  /** Hand this to other threads; `createSharedCounters(buffer)` there is the same counters. */
  buffer: SharedArrayBuffer;
  take(key: string, limit: Limit, now_ms: number): Taken;
  giveBack(key: string): void;
  under(place: string): Buckets;
};

export function createSharedCounters(buffer: SharedArrayBuffer = newBuffer(LIMITS.shared_buckets_max)): SharedCounters {
  const table = new Table(buffer);
  const all = new SharedBuckets(table, "");
  return {
    buffer,
    take: (key, limit, now_ms) => all.take(WHOLE_KEY, key, limit, now_ms),
    giveBack: (key) => all.giveBack(WHOLE_KEY, key),
    under: (place) => new SharedBuckets(table, place),
  };
}

const WHOLE_KEY = keyPart("");

/** Room for `buckets` buckets, rounded up to a multiple of 64. 24 bytes each. */
export function newBuffer(buckets: number): SharedArrayBuffer {
  const sets = Math.ceil(buckets / SLOTS_PER_SET);
  const buffer = new SharedArrayBuffer((SEEDS + sets * SET) * 4);
  // Seeds that nobody outside knows: no client can pick an address that lands in somebody else's bucket.
  randomFillSync(new Uint8Array(buffer, 0, SEEDS * 4));
  return buffer;
}

/** Opened once in each thread, over the same buffer. */
class Table {
  readonly sets: number;
  readonly words: Int32Array;
  readonly numbers: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.words = new Int32Array(buffer);
    this.numbers = new Float64Array(buffer);
    this.sets = Math.floor((this.words.length - SEEDS) / SET);
  }
}

/** Those whose keys begin with `place`; their hash is begun. One for each route: it holds what a call needs, and nothing else. */
class SharedBuckets implements Buckets, Begun {
  readonly first: number;
  readonly second: number;
  readonly #table: Table;

  constructor(table: Table, place: string) {
    this.first = hashBegin(place, table.words[0] as number);
    this.second = hashBegin(place, table.words[1] as number);
    this.#table = table;
  }

  take(part: KeyPart, owner: string, limit: Limit, now_ms: number): Taken {
    const hash = hashOf(this, part, owner);
    const table = this.#table;
    const set = setOf(table, hash.low);
    lock(table.words, set);
    try {
      const slot = findSlot(table, set, hash, now_ms - EPOCH_MS);
      return slot < 0 ? full(limit) : takeFromSlot(table, slot, hash, limit, now_ms - EPOCH_MS);
    } finally {
      unlock(table.words, set);
    }
  }

  giveBack(part: KeyPart, owner: string): void {
    const hash = hashOf(this, part, owner);
    const table = this.#table;
    const set = setOf(table, hash.low);
    lock(table.words, set);
    try {
      // Only the key's own slot: at no time is another one free.
      const slot = findSlot(table, set, hash, Number.NEGATIVE_INFINITY);
      if (slot < 0 || !isOf(table, slot, hash)) return;
      const tat = (slot + TAT) / 2;
      table.numbers[tat] = giveBackTo(table.numbers[tat] as number);
    } finally {
      unlock(table.words, set);
    }
  }
}

type Hash = { high: number; low: number };

function hashOf(begun: Begun, { begun: part }: KeyPart, end: string): Hash {
  hashTwice(begun, part, end);
  // 0 marks a slot that was never used.
  return { high: hashed.first | 1, low: hashed.second };
}

/** Where the set of this hash begins: its lock. */
function setOf({ sets }: Table, low: number): number {
  return SEEDS + ((low >>> 0) % sets) * SET;
}

function full({ burst }: Limit): Taken {
  return { allowed: false, remaining: 0, retry_after_ms: 1000, reset_ms: 1000, limit: burst };
}

/** Runs under the set's lock. */
function takeFromSlot(table: Table, slot: number, hash: Hash, limit: Limit, now_ms: number): Taken {
  const { words, numbers } = table;
  const ours = isOf(table, slot, hash);
  const { tat, taken } = takeFrom(ours ? (numbers[(slot + TAT) / 2] as number) : 0, now_ms, limit);
  numbers[(slot + TAT) / 2] = tat;
  words[slot + FREE_AT] = Math.ceil((now_ms + taken.reset_ms) / 1000);
  if (!ours) {
    words[slot] = hash.high;
    words[slot + LOW] = hash.low;
  }
  return taken;
}

function isOf({ words }: Table, slot: number, { high, low }: Hash): boolean {
  return words[slot] === high && words[slot + LOW] === low;
}

/** The key's own slot, else the first that is free: never used, or its bucket is full again. -1 when the set is full. */
function findSlot({ words }: Table, set: number, hash: Hash, now_ms: number): number {
  const end = set + SET;
  let free = -1;
  for (let slot = set + SET_HEAD; slot < end; slot += SLOT) {
    const high = words[slot];
    if (high === hash.high && words[slot + LOW] === hash.low) return slot;
    if (free < 0 && (high === 0 || (words[slot + FREE_AT] as number) * 1000 <= now_ms)) free = slot;
    // Slots are used from the front, so nothing of ours can stand behind one that never was.
    if (high === 0) break;
  }
  return free;
}
