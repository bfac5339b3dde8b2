// Reads what is whole of a segment, from a place on. Leaves to the shipper what comes next.
import { type FileHandle, open } from "node:fs/promises";
import { decodeFrames, type Frame, formatOf, SEGMENT_FORMAT, SEGMENT_MAGIC, type SegmentFormat } from "./frame.ts";
import { type SegmentName, segmentPath, unlessMissing } from "./segments.ts";

/** Ends of frames are offsets in the segment. `rest_bytes` after the last one are torn, or still being written. */
export type SegmentRead = { frames: Frame[]; rest_bytes: number; format: SegmentFormat };

const HEAD_BYTES = SEGMENT_MAGIC.length;

/** Offset 0 is the beginning of the segment. Undefined when the segment was deleted meanwhile. */
export async function readSegment(dir: string, segment: SegmentName, offset: number): Promise<SegmentRead | undefined> {
  const handle = await unlessMissing(open(segmentPath(dir, segment), "r"));
  if (!handle) return undefined;
  try {
    const head = await readFrom(handle, { from: 0, bytes_max: HEAD_BYTES });
    const bytes = await readFrom(handle, { from: Math.max(offset, HEAD_BYTES), bytes_max: Number.POSITIVE_INFINITY });
    return framesOf(head, bytes, offset);
  } finally {
    await handle.close();
  }
}

function framesOf(head: Buffer, bytes: Buffer, offset: number): SegmentRead {
  const format = formatOf(head);
  const head_bytes = offset > 0 ? 0 : head.length;
  // A format that we do not know, or a file that is not begun yet: nothing of it can be read.
  if (format === undefined) return { frames: [], rest_bytes: head_bytes + bytes.length, format: SEGMENT_FORMAT };
  const frames = decodeFrames(bytes);
  return {
    frames: frames.map(({ payload, end }) => ({ payload, end: offset + head_bytes + end })),
    rest_bytes: bytes.length - (frames.at(-1)?.end ?? 0),
    format,
  };
}

/** At most to the end of the file: a segment is at most one frame longer than its limit, so this is bounded. */
async function readFrom(handle: FileHandle, { from, bytes_max }: { from: number; bytes_max: number }): Promise<Buffer> {
  const { size } = await handle.stat();
  const bytes = Buffer.allocUnsafe(Math.min(Math.max(size - from, 0), bytes_max));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
  return bytes.subarray(0, bytesRead);
}
