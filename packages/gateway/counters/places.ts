// The contract of places, calls that run at the same time, and the counters in the memory that all threads of one process share.
// Each thread counts in a column of its own, so that a thread that dies takes its places with it. redis-places.ts does the same with
// one field for each node.
import { LIMITS } from "@holdfast/base";
import { EPOCH_MS } from "./gcra.ts";
import { ALWAYS, newTable, SlotTable } from "./slot-table.ts";

/** `leave` gives the place back: once, whatever became of the call. */
export type Placed = { allowed: true; remaining: number; leave(): void } | { allowed: false };

export type Places = {
  take(key: string, most: number): Placed | Promise<Placed>;
};

export type SharedPlaces = { take(key: string, most: number): Placed };

export function newPlacesBuffer(threads: number, keys: number = LIMITS.shared_places_max): SharedArrayBuffer {
  return newTable(keys, threads);
}

const FULL: Placed = Object.freeze({ allowed: false });
/** A slot is free when nobody has a place in it, not after a time. */
const NO_TIME_MS = EPOCH_MS;

/** `thread`: which of the buffer's `threads` counts here; what its predecessor held is given up. */
export function createSharedPlaces(
  { buffer, threads }: { buffer: SharedArrayBuffer; threads: number },
  thread: number,
): SharedPlaces {
  const table = new SlotTable(buffer, threads);
  clearThread(table, thread);
  return {
    take(key, most) {
      const slot = table.enter(key, NO_TIME_MS);
      try {
        const taken = slot < 0 ? most : sumOf(table, slot);
        if (taken >= most) return FULL;
        add(table, slot, thread, 1);
        return { allowed: true, remaining: most - taken - 1, leave: leaving(table, key, thread) };
      } finally {
        table.leave();
      }
    },
  };
}

function leaving(table: SlotTable, key: string, thread: number): () => void {
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    const slot = table.enter(key, NO_TIME_MS);
    if (slot >= 0) add(table, slot, thread, -1);
    table.leave();
  };
}

/** For a thread that has ended: its calls are over. */
export function clearThread(table: SlotTable, thread: number): void {
  table.forEachUsed((slot) => add(table, slot, thread, Number.NEGATIVE_INFINITY));
}

function add(table: SlotTable, slot: number, thread: number, change: number): void {
  const at = slot * table.width + thread;
  table.values[at] = Math.max(0, (table.values[at] as number) + change);
  table.until[slot] = sumOf(table, slot) > 0 ? ALWAYS : 0;
}

function sumOf(table: SlotTable, slot: number): number {
  let sum = 0;
  for (let at = slot * table.width; at < (slot + 1) * table.width; at++) sum += table.values[at] as number;
  return sum;
}
