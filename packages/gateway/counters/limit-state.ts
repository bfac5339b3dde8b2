// All that limits remember of calls, as one value: in the memory of one process (sharedState), in Redis (redis.ts), or in Redis with
// memory as its stand-in (stand-in.ts). limit-state.test.ts holds all three to the same cases.
import type { Counters } from "./counters.ts";
import { createSharedPaces, newPacesBuffer, type Paces } from "./paces.ts";
import { clearThread, createSharedPlaces, newPlacesBuffer, type Places } from "./places.ts";
import { createSharedQuotas, newQuotaBuffer, type Quotas } from "./quotas.ts";
import { createSharedCounters } from "./shared.ts";
import { createSharedSliding, newSlidingBuffer, type SlidingQuotas } from "./sliding-quotas.ts";
import { SlotTable } from "./slot-table.ts";

export type LimitState = { counters: Counters; quotas: Quotas; sliding: SlidingQuotas; places: Places };

/** Memory of limits that the threads of one process share. `threads`: how many there are at most. */
export type LimitBuffers = {
  counters: SharedArrayBuffer;
  quotas: SharedArrayBuffer;
  sliding: SharedArrayBuffer;
  places: SharedArrayBuffer;
  paces: SharedArrayBuffer;
  threads: number;
};

export function newLimitBuffers(threads: number): LimitBuffers {
  return {
    counters: createSharedCounters().buffer,
    quotas: newQuotaBuffer(),
    sliding: newSlidingBuffer(),
    places: newPlacesBuffer(threads),
    paces: newPacesBuffer(),
    threads,
  };
}

/** `thread`: counts from 0; whoever had it before is gone. */
export function sharedState(buffers: LimitBuffers, thread: number): LimitState & { paces: Paces } {
  const { counters, quotas, sliding, places, paces, threads } = buffers;
  return {
    counters: createSharedCounters(counters),
    quotas: createSharedQuotas(quotas),
    sliding: createSharedSliding(sliding),
    places: createSharedPlaces({ buffer: places, threads }, thread),
    paces: createSharedPaces(paces),
  };
}

/** A thread has ended, and its calls with it. */
export function giveUpPlaces({ places, threads }: LimitBuffers, thread: number): void {
  clearThread(new SlotTable(places, threads), thread);
}
