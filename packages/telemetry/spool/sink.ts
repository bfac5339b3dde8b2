// The end of the spool that grows: one segment after the other, each batch in exactly one frame of one of them.
import { type Clock, LIMITS } from "@holdfast/base";
import { encodeFrame } from "./frame.ts";
import { createSegmentFile, type SegmentFile, Unsynced } from "./segment-file.ts";
import { listSegments } from "./segments.ts";

/** The shipper trims the spool; a writer refuses to grow it only when nobody trims. */
const UNTRIMMED_BYTES_MAX = LIMITS.spool_bytes_max + 4 * LIMITS.spool_segment_bytes_max;

export type Sink = {
  /** On disk when it resolves. When it rejects, nobody will read the batch: it may be tried again. */
  append(payload: Buffer): Promise<void>;
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

  async function begin(): Promise<SegmentFile> {
    const bytes = (await listSegments(dir)).reduce((sum, each) => sum + each.bytes, 0);
    if (bytes > UNTRIMMED_BYTES_MAX) throw new Error(`the spool holds ${bytes} bytes and nobody trims it`);
    return createSegmentFile(dir, node, clock.now());
  }

  async function end(): Promise<void> {
    const ended = segment;
    segment = undefined;
    await ended?.close();
  }

  return {
    async append(payload) {
      if (segment && segment.bytes() >= LIMITS.spool_segment_bytes_max) await end();
      segment ??= await begin();
      try {
        await segment.append(encodeFrame(payload));
      } catch (error) {
        if (!(error instanceof Unsynced)) throw error;
        // The reader sees the batch by now: writing it again would double it.
        on_unsynced(error.message);
        await end();
      }
    },
    close: end,
  };
}
