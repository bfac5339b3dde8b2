// Limit counters in memory that all worker threads of one process share. Open addressing in a table of fixed size: the hash of a
// key picks a set of slots, one short lock guards the set, and a slot whose bucket is full again is free for another key.
//
//   2 seeds │ 1 lock per set │ 2 words of hash per slot │ 1 second per slot: when it is free │ 1 tat per slot (gcra.ts)
import { randomFillSync } from "node:crypto";
import { LIMITS } from "@holdfast/base";
import { type Begun, hashBegin, hashed, hashTwice } from "../hash.ts";
import type { Buckets, Limit, Taken } from "./counters.ts";
import { EPOCH_MS, giveBackTo, takeFrom } from "./gcra.ts";

const SLOTS_PER_SET = 64;
const SEED_BYTES = 8;
/** A lock is held for well under a microsecond. One that is not given back in this time belongs to a thread that died. */
const LOCK_PATIENCE_MS = 100;

export type SharedCounters = {
  /** Hand this to other threads; `createSharedCounters(buffer)` there is the same counters. */
  buffer: SharedArrayBuffer;
  take(key: string, limit: Limit, now_ms: number): Taken;
  giveBack(key: string): void;
  under(place: string): Buckets;
};

export function createSharedCounters(buffer: SharedArrayBuffer = newBuffer(LIMITS.shared_buckets_max)): SharedCounters {
  const table = openTable(buffer);

  function takeOf(begun: Begun, end: string, limit: Limit, now_ms: number): Taken {
    const hash = hashOf(begun, end);
    const set = (hash.low >>> 0) % table.sets;
    lock(table.locks, set);
    try {
      return takeFromSet(table, set, hash, limit, now_ms - EPOCH_MS);
    } finally {
      unlock(table.locks, set);
    }
  }
  const nothing = beginOf(table, "");
  return {
    buffer,
    take: (key, limit, now_ms) => takeOf(nothing, key, limit, now_ms),
    giveBack: (key) => giveBackIn(table, hashOf(nothing, key)),
    under(place) {
      const begun = beginOf(table, place);
      return {
        take: (owner, limit, now_ms) => takeOf(begun, owner, limit, now_ms),
        giveBack: (owner) => giveBackIn(table, hashOf(begun, owner)),
      };
    },
  };
}

function giveBackIn(table: Table, hash: Hash): void {
  const set = (hash.low >>> 0) % table.sets;
  lock(table.locks, set);
  try {
    // Only the key's own slot: at no time is another one free.
    const slot = findSlot(table, set, hash, Number.NEGATIVE_INFINITY);
    if (slot >= 0 && table.hashes[slot * 2] === hash.high && table.hashes[slot * 2 + 1] === hash.low)
      table.tats[slot] = giveBackTo(table.tats[slot] as number);
  } finally {
    unlock(table.locks, set);
  }
}

type Table = {
  sets: number;
  seeds: Int32Array;
  locks: Int32Array;
  hashes: Int32Array;
  /** Seconds since EPOCH_MS. */
  free_at: Int32Array;
  tats: Float64Array;
};

/** Room for `buckets` buckets, a multiple of 64. 20 bytes each. */
export function newBuffer(buckets: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(placesFor(buckets / SLOTS_PER_SET).end);
  // Seeds that nobody outside knows: no client can pick an address that lands in somebody else's bucket.
  randomFillSync(new Uint8Array(buffer, 0, SEED_BYTES));
  return buffer;
}

/** Byte offsets of each part. */
function placesFor(sets: number): { locks: number; hashes: number; free_at: number; tats: number; end: number } {
  const slots = sets * SLOTS_PER_SET;
  const locks = SEED_BYTES;
  const hashes = locks + sets * 4;
  const free_at = hashes + slots * 8;
  // Float64 views begin at a multiple of 8.
  const tats = Math.ceil((free_at + slots * 4) / 8) * 8;
  return { locks, hashes, free_at, tats, end: tats + slots * 8 };
}

function openTable(buffer: SharedArrayBuffer): Table {
  const sets = Math.floor((buffer.byteLength - SEED_BYTES) / (4 + SLOTS_PER_SET * 20));
  const slots = sets * SLOTS_PER_SET;
  const at = placesFor(sets);
  return {
    sets,
    seeds: new Int32Array(buffer, 0, 2),
    locks: new Int32Array(buffer, at.locks, sets),
    hashes: new Int32Array(buffer, at.hashes, slots * 2),
    free_at: new Int32Array(buffer, at.free_at, slots),
    tats: new Float64Array(buffer, at.tats, slots),
  };
}

type Hash = { high: number; low: number };

function beginOf({ seeds }: Table, place: string): Begun {
  return { first: hashBegin(place, seeds[0] as number), second: hashBegin(place, seeds[1] as number) };
}

function hashOf(begun: Begun, end: string): Hash {
  hashTwice(begun, end);
  // 0 marks a slot that was never used.
  return { high: hashed.first | 1, low: hashed.second };
}

/** Runs under the set's lock. */
function takeFromSet(table: Table, set: number, hash: Hash, limit: Limit, now_ms: number): Taken {
  const slot = findSlot(table, set, hash, now_ms);
  if (slot < 0) return { allowed: false, remaining: 0, retry_after_ms: 1000, reset_ms: 1000, limit: limit.burst };
  const ours = table.hashes[slot * 2] === hash.high && table.hashes[slot * 2 + 1] === hash.low;
  const { tat, taken } = takeFrom(ours ? (table.tats[slot] as number) : 0, now_ms, limit);
  table.tats[slot] = tat;
  table.free_at[slot] = Math.ceil((now_ms + taken.reset_ms) / 1000);
  if (!ours) {
    table.hashes[slot * 2] = hash.high;
    table.hashes[slot * 2 + 1] = hash.low;
  }
  return taken;
}

/** The key's own slot, else the first that is free: never used, or its bucket is full again. -1 when the set is full. */
function findSlot(table: Table, set: number, hash: Hash, now_ms: number): number {
  const first = set * SLOTS_PER_SET;
  let free = -1;
  for (let slot = first; slot < first + SLOTS_PER_SET; slot++) {
    const high = table.hashes[slot * 2];
    if (high === hash.high && table.hashes[slot * 2 + 1] === hash.low) return slot;
    if (free < 0 && (high === 0 || (table.free_at[slot] as number) * 1000 <= now_ms)) free = slot;
    // Slots are used from the front, so nothing of ours can stand behind one that never was.
    if (high === 0) break;
  }
  return free;
}

function lock(locks: Int32Array, set: number): void {
  if (Atomics.compareExchange(locks, set, 0, 1) === 0) return;
  // 2: somebody sleeps. Waiting gives the processor to a holder that was interrupted, which spinning would not.
  while (Atomics.exchange(locks, set, 2) !== 0) {
    if (Atomics.wait(locks, set, 2, LOCK_PATIENCE_MS) === "timed-out") return;
  }
}

function unlock(locks: Int32Array, set: number): void {
  if (Atomics.exchange(locks, set, 0) === 2) Atomics.notify(locks, set, 1);
}
