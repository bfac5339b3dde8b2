// Keeps the spool within its budget. What goes unshipped is counted, because nobody will ever see it again.
import { rm } from "node:fs/promises";
import { decideDeletions, type Position } from "../spool/budget.ts";
import { countRecords } from "../spool/decode.ts";
import { readSegment } from "../spool/reader.ts";
import { listSegments, type SegmentName, segmentPath } from "../spool/segments.ts";
import type { Loss } from "../store.ts";

export type Trimmed = { spool_bytes: number; losses: Loss[] };

/** Deletes what is over the budget; `spool_bytes` is what is left. */
export async function trimSpool(
  dir: string,
  positions: ReadonlyMap<string, Position>,
  bytes_max: number,
): Promise<Trimmed> {
  const segments = await listSegments(dir);
  let spool_bytes = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const losses: Loss[] = [];
  for (const deletion of decideDeletions(segments, positions, bytes_max)) {
    if (!deletion.shipped) losses.push(await lossOf(dir, deletion, positions.get(deletion.node)));
    await rm(segmentPath(dir, deletion), { force: true });
    spool_bytes -= deletion.bytes;
  }
  return { spool_bytes, losses };
}

async function lossOf(dir: string, { node, sequence }: SegmentName, position: Position | undefined): Promise<Loss> {
  const offset = position?.segment === sequence ? position.offset : 0;
  const read = await readSegment(dir, { node, sequence }, offset);
  const records = (read?.frames ?? []).reduce((sum, { payload }) => sum + countRecords(payload), 0);
  return { node, segment: sequence, records };
}
