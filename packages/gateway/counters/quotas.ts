// The contract of quotas, calls counted in a window that ends at a known moment, and the counters in the memory that all threads
// of one process share. redis.ts keeps them in Redis; limit-state.test.ts holds both to the same cases. Quotas whose window slides
// stand beside them in sliding-quotas.ts.
import { LIMITS } from "@holdfast/base";
import type { Taken } from "./counters.ts";
import { EPOCH_MS } from "./gcra.ts";
import { newTable, SlotTable } from "./slot-table.ts";

/** `ends_ms`: wall time of the end of the window, in whole seconds; a key has one length of window. */
export type QuotaAsk = { count: number; ends_ms: number };

export type Quotas<Ask = QuotaAsk> = {
  take(key: string, ask: Ask, now_ms: number): Taken | Promise<Taken>;
  /** Takes back what was taken for a call that did not go on, at the time that it was taken. */
  giveBack(key: string, ask: Ask, now_ms: number): void | Promise<void>;
};

export type SharedQuotas<Ask = QuotaAsk> = {
  /** Hand this to other threads. */
  table: SlotTable;
  take(key: string, ask: Ask, now_ms: number): Taken;
  giveBack(key: string, ask: Ask, now_ms: number): void;
};

export function newQuotaBuffer(quotas: number = LIMITS.shared_quotas_max): SharedArrayBuffer {
  return newTable(quotas, 1);
}

export function createSharedQuotas(buffer: SharedArrayBuffer = newQuotaBuffer()): SharedQuotas {
  const table = new SlotTable(buffer, 1);
  return {
    table,
    take(key, ask, now_ms) {
      const entered = table.enter(key, now_ms);
      try {
        // A full set forgets who has taken least: a stranger must not be refused for a month because many others came first.
        return takeFrom(table, entered < 0 ? table.evict(key) : entered, ask, now_ms);
      } finally {
        table.leave();
      }
    },
    giveBack(key, ask, now_ms) {
      const slot = table.enter(key, now_ms);
      try {
        if (slot >= 0) giveBackTo(table, slot, ask);
      } finally {
        table.leave();
      }
    },
  };
}

function takeFrom(table: SlotTable, slot: number, ask: QuotaAsk, now_ms: number): Taken {
  const used = usedIn(table, slot, ask);
  if (used >= ask.count) return takenOf(ask, used, now_ms, false);
  table.values[slot] = used + 1;
  table.changed();
  return takenOf(ask, used + 1, now_ms, true);
}

function giveBackTo(table: SlotTable, slot: number, ask: QuotaAsk): void {
  const used = usedIn(table, slot, ask);
  if (used > 0) table.values[slot] = used - 1;
  table.changed();
}

/** A slot of an earlier window begins anew. One of a later window means that the clock stepped back: it goes on. */
function usedIn(table: SlotTable, slot: number, { ends_ms }: QuotaAsk): number {
  const ends_s = Math.ceil((ends_ms - EPOCH_MS) / 1000);
  if ((table.until[slot] as number) >= ends_s) return table.values[slot] as number;
  table.until[slot] = ends_s;
  table.values[slot] = 0;
  return 0;
}

export function takenOf({ count, ends_ms }: QuotaAsk, used: number, now_ms: number, allowed: boolean): Taken {
  const reset_ms = Math.max(0, ends_ms - now_ms);
  const remaining = Math.max(0, count - used);
  return { allowed, remaining, retry_after_ms: allowed ? 0 : reset_ms, reset_ms, limit: count };
}
