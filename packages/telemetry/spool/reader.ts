// Reads what is whole of a segment, from a place on. Leaves to the shipper what comes next.
import { type FileHandle, open } from "node:fs/promises";
import { decodeFrames, type Frame, SEGMENT_MAGIC } from "./frame.ts";
import { type SegmentName, segmentPath, unlessMissing } from "./segments.ts";

/** Ends of frames are offsets in the segment. `rest_bytes` after the last one are torn, or still being written. */
export type SegmentRead = { frames: Frame[]; rest_bytes: number };

/** Offset 0 is the beginning of the segment. Undefined when the segment was deleted meanwhile. */
export async function readSegment(dir: string, segment: SegmentName, offset: number): Promise<SegmentRead | undefined> {
  const handle = await unlessMissing(open(segmentPath(dir, segment), "r"));
  if (!handle) return undefined;
  try {
    const bytes = await readFrom(handle, offset);
    return framesOf(bytes, offset);
  } finally {
    await handle.close();
  }
}

function framesOf(bytes: Buffer, offset: number): SegmentRead {
  const head_bytes = offset > 0 ? 0 : SEGMENT_MAGIC.length;
  // A format that we do not know, or a file that is not begun yet: nothing of it can be read.
  if (!bytes.subarray(0, head_bytes).equals(SEGMENT_MAGIC.subarray(0, head_bytes)))
    return { frames: [], rest_bytes: bytes.length };
  const frames = decodeFrames(bytes.subarray(head_bytes));
  const used = head_bytes + (frames.at(-1)?.end ?? 0);
  return {
    frames: frames.map(({ payload, end }) => ({ payload, end: offset + head_bytes + end })),
    rest_bytes: bytes.length - used,
  };
}

/** To the end of the file: a segment is at most one frame longer than its limit, so this is bounded. */
async function readFrom(handle: FileHandle, offset: number): Promise<Buffer> {
  const { size } = await handle.stat();
  const bytes = Buffer.allocUnsafe(Math.max(size - offset, 0));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
  return bytes.subarray(0, bytesRead);
}
