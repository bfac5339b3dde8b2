// The end of the spool that grows: one segment after the other, each batch in exactly one frame of one of them.
import { type Clock, LIMITS } from "@holdfast/base";
import { encodeFrame } from "./frame.ts";
import { createSegmentFile, type SegmentFile } from "./segment-file.ts";
import { listSegments } from "./segments.ts";

/** The shipper trims the spool; a writer refuses to grow it only when nobody trims. */
const UNTRIMMED_BYTES_MAX = LIMITS.spool_bytes_max + 4 * LIMITS.spool_segment_bytes_max;

export type Sink = {
  /** With the system when it resolves. When it rejects, nobody will read the batch: it may be tried again. */
  append(payload: Buffer): Promise<void>;
  /** Something was appended that may not be on disk. */
  unsynced(): boolean;
  /** Brings it to disk. Never rejects: what the disk did not take was seen by readers already, and is not written again. */
  sync(): Promise<void>;
  close(): Promise<void>;
};

export type SinkOptions = {
  dir: string;
  node: string;
  clock: Clock;
  /** A batch was handed to the disk, which does not say whether it has it. */
  on_unsynced: (detail: string) => void;
};

/** Begins with a segment of its own: what a crash left torn stays as it is, at the end of an older one. */
export function createSink({ dir, node, clock, on_unsynced }: SinkOptions): Sink {
  let segment: SegmentFile | undefined;
  let unsynced = false;

  async function begin(): Promise<SegmentFile> {
    const bytes = (await listSegments(dir)).reduce((sum, each) => sum + each.bytes, 0);
    if (bytes > UNTRIMMED_BYTES_MAX) throw new Error(`the spool holds ${bytes} bytes and nobody trims it`);
    return createSegmentFile(dir, node, clock.now());
  }

  async function sync(): Promise<void> {
    const synced = segment;
    if (!unsynced || !synced) return;
    unsynced = false;
    try {
      await synced.sync();
    } catch (error) {
      on_unsynced(String(error));
      // Who knows what becomes of more in the same file.
      if (segment === synced) segment = undefined;
      await synced.close();
    }
  }

  async function end(): Promise<void> {
    await sync();
    const ended = segment;
    segment = undefined;
    await ended?.close();
  }

  return {
    async append(payload) {
      if (segment && segment.bytes() >= LIMITS.spool_segment_bytes_max) await end();
      segment ??= await begin();
      await segment.append(encodeFrame(payload));
      unsynced = true;
    },
    unsynced: () => unsynced,
    sync,
    close: end,
  };
}
