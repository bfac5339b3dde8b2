// Records that wait in a worker's memory for the disk, as payloads of frames, within limits.
import { LIMITS } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import { RecordEncoder } from "./encode.ts";

/** The payload of one frame. */
type Batch = { payload: Buffer; records: number };

export type Queue = {
  records(): number;
  bytes(): number;
  /** Counted from the start. */
  accepted(): number;
  removed(): number;
  /** False when there is no room, or never will be for so large a record. */
  add(record: CallRecord, trace_is_id?: boolean): boolean;
  /** The oldest records that share a frame; the same ones until they are removed. Undefined when there are none. */
  batch(): Batch | undefined;
  /** Takes the oldest batch out. */
  remove(): void;
};

export function createQueue(): Queue {
  const open = new RecordEncoder();
  const sealed: Batch[] = [];
  let sealed_bytes = 0;
  let accepted = 0;
  let removed = 0;

  function seal(): void {
    if (open.records === 0) return;
    const batch = { records: open.records, payload: open.finish() };
    sealed.push(batch);
    sealed_bytes += batch.payload.length;
  }

  const records = () => accepted - removed;
  const bytes = () => sealed_bytes + (open.records === 0 ? 0 : open.size);
  return {
    records,
    bytes,
    accepted: () => accepted,
    removed: () => removed,
    add(record, trace_is_id = false) {
      if (records() >= LIMITS.spool_pending_records_max || bytes() >= LIMITS.spool_pending_bytes_max) return false;
      if (!open.add(record, trace_is_id)) {
        seal();
        if (!open.add(record, trace_is_id)) return false;
      }
      accepted++;
      return true;
    },
    batch() {
      if (sealed.length === 0) seal();
      return sealed[0];
    },
    remove() {
      const batch = sealed.shift();
      sealed_bytes -= batch?.payload.length ?? 0;
      removed += batch?.records ?? 0;
    },
  };
}
