// The format of a spool segment: a magic, then frames. A frame that is not whole is no frame: a process may be killed, and a
// machine lose its power, in the middle of any write.
//
//   segment: "hfspool" and the format in one digit, frame*
//   frame:   payload length (uint32, little endian, never 0), CRC-32 of the payload (uint32), payload
//   payload: call records (encode.ts)
import { crc32 } from "node:zlib";
import { LIMITS } from "@holdfast/base";

/** How the records of a segment are written: the last is what this process writes, the others are from before it. */
const FORMATS = [2, 3, 4] as const;
export type SegmentFormat = (typeof FORMATS)[number];
export const SEGMENT_FORMAT: SegmentFormat = 4;

export const SEGMENT_MAGIC: Buffer = magicOf(SEGMENT_FORMAT);

/** Undefined: a format that we do not know, or a file that is not begun yet. `head`: its first bytes. */
export function formatOf(head: Buffer): SegmentFormat | undefined {
  return FORMATS.find((format) => magicOf(format).equals(head));
}

function magicOf(format: SegmentFormat): Buffer {
  return Buffer.from(`hfspool${format}`);
}

const FRAME_HEAD_BYTES = 8;

export function encodeFrame(payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEAD_BYTES + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  payload.copy(frame, FRAME_HEAD_BYTES);
  return frame;
}

/** `end` is the position after the frame, counted from the beginning of what was decoded. */
export type Frame = { payload: Buffer; end: number };

/** The whole frames at the beginning of the bytes. What follows them is torn, or not written yet. */
export function decodeFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  let end = 0;
  for (let payload = payloadAt(bytes, end); payload; payload = payloadAt(bytes, end)) {
    end += FRAME_HEAD_BYTES + payload.length;
    frames.push({ payload, end });
  }
  return frames;
}

function payloadAt(bytes: Buffer, at: number): Buffer | undefined {
  const start = at + FRAME_HEAD_BYTES;
  if (start > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  // A file system may leave zeros where data never arrived, and the checksum of nothing is 0.
  if (length === 0 || length > LIMITS.spool_frame_bytes_max || start + length > bytes.length) return undefined;
  const payload = bytes.subarray(start, start + length);
  return crc32(payload) === bytes.readUInt32LE(at + 4) ? payload : undefined;
}
