// Quotas as bytes and back, so that they survive the process: whole and undamaged, or not at all. Who writes them to disk, and when,
// is the application's subject. The seeds of the table are in it: without them nobody finds a key again.
//
//   "HFQUOTA1" │ 2 seeds │ per quota: 2 words of hash, until, nothing, used │ SHA-256 of all before
import { hash } from "node:crypto";
import { newQuotaBuffer } from "./quotas.ts";
import { type Entry, SlotTable } from "./slot-table.ts";

const MAGIC = "HFQUOTA1";
const HEAD_BYTES = 16;
const ENTRY_BYTES = 24;
const DIGEST_BYTES = 32;

/** `changes` is another number when something moved since. */
export type QuotaSnapshot = { bytes: Uint8Array; changes: number };

export function quotaChanges(buffer: SharedArrayBuffer): number {
  return new SlotTable(buffer, 1).changes;
}

/** What moves while this runs is in the next one. */
export function snapshotQuotas(buffer: SharedArrayBuffer, now_ms: number): QuotaSnapshot {
  const table = new SlotTable(buffer, 1);
  const { changes, seeds } = table;
  const entries = table.entries(now_ms);
  const bytes = Buffer.alloc(HEAD_BYTES + entries.length * ENTRY_BYTES + DIGEST_BYTES);
  bytes.write(MAGIC, "latin1");
  bytes.writeInt32LE(seeds[0], 8);
  bytes.writeInt32LE(seeds[1], 12);
  for (const [index, entry] of entries.entries()) writeEntry(bytes, HEAD_BYTES + index * ENTRY_BYTES, entry);
  const end = bytes.length - DIGEST_BYTES;
  hash("sha256", bytes.subarray(0, end), "buffer").copy(bytes, end);
  return { bytes, changes };
}

function writeEntry(bytes: Buffer, at: number, { high, low, until, value }: Entry): void {
  bytes.writeInt32LE(high, at);
  bytes.writeInt32LE(low, at + 4);
  bytes.writeInt32LE(until, at + 8);
  bytes.writeDoubleLE(value, at + 16);
}

/** A new table with what was not over yet; undefined when the bytes are damaged. */
export function restoreQuotas(bytes: Buffer, now_ms: number): SharedArrayBuffer | undefined {
  const end = bytes.length - DIGEST_BYTES;
  const is_whole = end >= HEAD_BYTES && (end - HEAD_BYTES) % ENTRY_BYTES === 0;
  if (!is_whole || bytes.toString("latin1", 0, 8) !== MAGIC) return undefined;
  if (!hash("sha256", bytes.subarray(0, end), "buffer").equals(bytes.subarray(end))) return undefined;
  const entries = Array.from({ length: (end - HEAD_BYTES) / ENTRY_BYTES }, (_, index) =>
    readEntry(bytes, HEAD_BYTES + index * ENTRY_BYTES),
  );
  const buffer = newQuotaBuffer();
  new SlotTable(buffer, 1).restore([bytes.readInt32LE(8), bytes.readInt32LE(12)], entries, now_ms);
  return buffer;
}

function readEntry(bytes: Buffer, at: number): Entry {
  return {
    high: bytes.readInt32LE(at),
    low: bytes.readInt32LE(at + 4),
    until: bytes.readInt32LE(at + 8),
    value: bytes.readDoubleLE(at + 16),
  };
}
