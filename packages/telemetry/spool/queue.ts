// Records that wait in a worker's memory for the disk, as JSON, within limits.
import { LIMITS } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";

/** UTF-8 takes at most three bytes for one UTF-16 unit; the line feed is one more. */
const bytesAtMost = (line: string): number => line.length * 3 + 1;

export type Queue = {
  records(): number;
  /** UTF-16 units, which are bytes as long as records are ASCII. */
  bytes(): number;
  /** Counted from the start. */
  accepted(): number;
  removed(): number;
  /** False when there is no room, or never will be for so large a record. */
  add(record: CallRecord): boolean;
  /** The oldest lines that fit into one frame, at least one. */
  batch(): string[];
  /** Takes the oldest lines out. */
  remove(count: number): void;
};

export function createQueue(): Queue {
  let lines: string[] = [];
  let bytes = 0;
  let accepted = 0;
  return {
    records: () => lines.length,
    bytes: () => bytes,
    accepted: () => accepted,
    removed: () => accepted - lines.length,
    add(record) {
      if (lines.length >= LIMITS.spool_pending_records_max || bytes >= LIMITS.spool_pending_bytes_max) return false;
      const line = JSON.stringify(record);
      if (bytesAtMost(line) > LIMITS.spool_frame_bytes_max) return false;
      lines.push(line);
      bytes += line.length;
      accepted++;
      return true;
    },
    batch() {
      let count = 0;
      for (let size = 0; count < lines.length; count++) {
        size += bytesAtMost(lines[count] as string);
        if (size > LIMITS.spool_frame_bytes_max) break;
      }
      return lines.slice(0, count);
    },
    remove(count) {
      for (let index = 0; index < count; index++) bytes -= (lines[index] as string).length;
      lines = lines.slice(count);
    },
  };
}
