// Quotas as bytes and back, so that they survive the process: whole and undamaged, or not at all. Who writes them to disk, and when,
// is the application's subject. The seeds of the table are in it: without them nobody finds a key again.
//
//   "HFQUOTA1" │ 2 seeds │ per quota: 2 words of hash, until, nothing, used │ SHA-256 of all before
//   "HFSLIDE1" │ the same, with the SLIDING_WIDTH numbers of sliding-window.ts instead of one
import { hash } from "node:crypto";
import { newQuotaBuffer } from "./quotas.ts";
import { newSlidingBuffer } from "./sliding-quotas.ts";
import { SLIDING_WIDTH } from "./sliding-window.ts";
import { type Entry, SlotTable } from "./slot-table.ts";

/** Which table it is. Another width of `sliding` needs another magic. */
export type QuotaKind = "quotas" | "sliding";

const FORMS = {
  quotas: { magic: "HFQUOTA1", width: 1, newBuffer: newQuotaBuffer },
  sliding: { magic: "HFSLIDE1", width: SLIDING_WIDTH, newBuffer: newSlidingBuffer },
} as const;

const HEAD_BYTES = 16;
const ENTRY_HEAD_BYTES = 16;
const DIGEST_BYTES = 32;

/** `changes` is another number when something moved since. */
export type QuotaSnapshot = { bytes: Uint8Array; changes: number };

export function quotaChanges(kind: QuotaKind, buffer: SharedArrayBuffer): number {
  return new SlotTable(buffer, FORMS[kind].width).changes;
}

/** What moves while this runs is in the next one. */
export function snapshotQuotas(kind: QuotaKind, buffer: SharedArrayBuffer, now_ms: number): QuotaSnapshot {
  const { magic, width } = FORMS[kind];
  const table = new SlotTable(buffer, width);
  const { changes, seeds } = table;
  const entries = table.entries(now_ms);
  const entry_bytes = entryBytes(width);
  const bytes = Buffer.alloc(HEAD_BYTES + entries.length * entry_bytes + DIGEST_BYTES);
  bytes.write(magic, "latin1");
  bytes.writeInt32LE(seeds[0], 8);
  bytes.writeInt32LE(seeds[1], 12);
  for (const [index, entry] of entries.entries()) writeEntry(bytes, HEAD_BYTES + index * entry_bytes, entry);
  const end = bytes.length - DIGEST_BYTES;
  hash("sha256", bytes.subarray(0, end), "buffer").copy(bytes, end);
  return { bytes, changes };
}

function entryBytes(width: number): number {
  return ENTRY_HEAD_BYTES + 8 * width;
}

function writeEntry(bytes: Buffer, at: number, { high, low, until, values }: Entry): void {
  bytes.writeInt32LE(high, at);
  bytes.writeInt32LE(low, at + 4);
  bytes.writeInt32LE(until, at + 8);
  for (const [index, value] of values.entries()) bytes.writeDoubleLE(value, at + ENTRY_HEAD_BYTES + index * 8);
}

/** A new table with what was not over yet; undefined when the bytes are damaged. */
export function restoreQuotas(kind: QuotaKind, bytes: Buffer, now_ms: number): SharedArrayBuffer | undefined {
  const { magic, width, newBuffer } = FORMS[kind];
  const entry_bytes = entryBytes(width);
  const end = bytes.length - DIGEST_BYTES;
  const is_whole = end >= HEAD_BYTES && (end - HEAD_BYTES) % entry_bytes === 0;
  if (!is_whole || bytes.toString("latin1", 0, 8) !== magic) return undefined;
  if (!hash("sha256", bytes.subarray(0, end), "buffer").equals(bytes.subarray(end))) return undefined;
  const entries = Array.from({ length: (end - HEAD_BYTES) / entry_bytes }, (_, index) =>
    readEntry(bytes, HEAD_BYTES + index * entry_bytes, width),
  );
  const buffer = newBuffer();
  new SlotTable(buffer, width).restore([bytes.readInt32LE(8), bytes.readInt32LE(12)], entries, now_ms);
  return buffer;
}

function readEntry(bytes: Buffer, at: number, width: number): Entry {
  return {
    high: bytes.readInt32LE(at),
    low: bytes.readInt32LE(at + 4),
    until: bytes.readInt32LE(at + 8),
    values: Float64Array.from({ length: width }, (_, index) => bytes.readDoubleLE(at + ENTRY_HEAD_BYTES + index * 8)),
  };
}
