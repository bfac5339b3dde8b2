// One segment while it is written: frames at known places, on disk before the promise resolves.
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Instant } from "@holdfast/base";
import { SEGMENT_MAGIC } from "./frame.ts";
import { listSequences, segmentPath } from "./segments.ts";

/** The bytes may or may not be on disk, and a reader may see them: writing them again could double them. */
export class Unsynced extends Error {}

export type SegmentFile = {
  bytes(): number;
  /** Rejects with Unsynced, or with another error, after which the same place is written again by the next call. */
  append(frame: Buffer): Promise<void>;
  close(): Promise<void>;
};

/** Begins a segment that is newer than all that the node ever had. */
export async function createSegmentFile(dir: string, node: string, now: Instant): Promise<SegmentFile> {
  await mkdir(join(dir, node), { recursive: true });
  const newest = (await listSequences(dir, node)).at(-1) ?? 0;
  const path = segmentPath(dir, { node, sequence: Math.max(now, newest + 1) });
  const handle = await open(path, "wx");
  try {
    await writeAll(handle, SEGMENT_MAGIC, 0);
    await handle.datasync();
    await syncFolder(dirname(path));
  } catch (error) {
    await handle.close();
    throw error;
  }
  return writing(handle);
}

function writing(handle: FileHandle): SegmentFile {
  let end = SEGMENT_MAGIC.length;
  return {
    bytes: () => end,
    async append(frame) {
      await writeAll(handle, frame, end);
      end += frame.length;
      await handle.datasync().catch((cause: unknown) => {
        throw new Unsynced(String(cause), { cause });
      });
    },
    close: () => handle.close(),
  };
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Otherwise the name of a new file may not survive a loss of power, whatever is in it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
