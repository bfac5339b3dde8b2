// Bytes in a time, over all threads of one process: a leaky bucket that never refuses but says how long to hold off before more is
// moved. Nodes do not share it.
import { type Bandwidth, LIMITS } from "@holdfast/base";
import { EPOCH_MS } from "./gcra.ts";
import { newTable, SlotTable } from "./slot-table.ts";

export type Paces = {
  /**
   * `bytes` were moved (0: only asks). Gives the milliseconds until the bucket is level again; 0: go on. `mono_us`: monotonic time,
   * which does not step and which all threads of a machine share.
   */
  take(key: string, bandwidth: Bandwidth, bytes: number, mono_us: number): number;
};

/** So much may run ahead before anybody is held: a tenth of a second's worth, and one piece of the network at least. */
const AHEAD_MS = 100;
const AHEAD_BYTES_MIN = 16 * 1024;

export function newPacesBuffer(keys: number = LIMITS.shared_paces_max): SharedArrayBuffer {
  return newTable(keys, 1);
}

export function createSharedPaces(buffer: SharedArrayBuffer = newPacesBuffer()): Paces {
  const table = new SlotTable(buffer, 1);
  return {
    take(key, { bytes: per_window, window_ms }, bytes, mono_us) {
      const now = mono_us / 1000;
      const slot = table.enter(key, EPOCH_MS + now);
      try {
        // A full set paces nobody new: slowing strangers down would be worse.
        if (slot < 0) return 0;
        const ms_per_byte = window_ms / per_window;
        // The value is the moment in which everything that was moved would have been moved at the set pace.
        const level_at = Math.max(table.values[slot] as number, now) + bytes * ms_per_byte;
        table.values[slot] = level_at;
        table.until[slot] = Math.ceil(level_at / 1000);
        const ahead_ms = Math.max(AHEAD_MS, AHEAD_BYTES_MIN * ms_per_byte);
        return Math.max(0, level_at - now - ahead_ms);
      } finally {
        table.leave();
      }
    },
  };
}
