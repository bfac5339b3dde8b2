// Quotas whose window slides, in the memory that all threads of one process share. redis.ts keeps them in Redis; limit-state.test.ts
// holds both to the same cases. What is kept of a window, and how exact that is, is sliding-window.ts' subject.
import { LIMITS } from "@holdfast/base";
import { EPOCH_MS } from "./gcra.ts";
import type { Quotas, SharedQuotas } from "./quotas.ts";
import { forgottenAt, giveBackSliding, SLIDING_WIDTH, type SlidingAsk, takeSliding } from "./sliding-window.ts";
import { newTable, SlotTable } from "./slot-table.ts";

export type SlidingQuotas = Quotas<SlidingAsk>;

export function newSlidingBuffer(quotas: number = LIMITS.shared_sliding_quotas_max): SharedArrayBuffer {
  return newTable(quotas, SLIDING_WIDTH);
}

export function createSharedSliding(buffer: SharedArrayBuffer = newSlidingBuffer()): SharedQuotas<SlidingAsk> {
  const table = new SlotTable(buffer, SLIDING_WIDTH);
  return {
    table,
    take(key, ask, now_ms) {
      const entered = table.enter(key, now_ms);
      try {
        // A full set forgets who has taken least, as that of other quotas does.
        const slot = entered < 0 ? table.evict(key) : entered;
        const numbers = table.valuesOf(slot);
        const taken = takeSliding(numbers, ask, now_ms);
        if (!taken.allowed) return taken;
        table.until[slot] = Math.ceil((forgottenAt(numbers[1] as number, ask) - EPOCH_MS) / 1000);
        table.changed();
        return taken;
      } finally {
        table.leave();
      }
    },
    giveBack(key, ask, taken_ms) {
      const slot = table.enter(key, taken_ms);
      try {
        if (slot >= 0) giveBackSliding(table.valuesOf(slot), ask, taken_ms);
        table.changed();
      } finally {
        table.leave();
      }
    },
  };
}
