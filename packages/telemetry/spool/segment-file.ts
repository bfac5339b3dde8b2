// One segment while it is written: frames at known places. A process that is killed leaves what was appended, a machine that loses its
// power what was synced.
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Instant } from "@holdfast/base";
import { SEGMENT_MAGIC } from "./frame.ts";
import { listSequences, segmentPath } from "./segments.ts";

export type SegmentFile = {
  bytes(): number;
  /** With the system when it resolves. When it rejects, the next call writes the same place again. */
  append(frame: Buffer): Promise<void>;
  /** Everything appended so far is on disk when it resolves. When it rejects it may be there or not. */
  sync(): Promise<void>;
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
    },
    sync: () => handle.datasync(),
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
