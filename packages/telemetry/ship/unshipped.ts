// What of the spool is not in the store yet.
import type { Position } from "../spool/budget.ts";
import { listNodes, listSequences, type SegmentName, segmentBytes } from "../spool/segments.ts";

/**
 * A segment that may hold something new from `offset` on. `next` is the node's following segment; where there is one, this
 * one is finished, and what is torn in it will stay so.
 */
export type Unshipped = SegmentName & { offset: number; bytes: number; next: number | undefined };

/** In the order of shipping: node by node, oldest segment first. */
export async function findUnshipped(dir: string, positions: ReadonlyMap<string, Position>): Promise<Unshipped[]> {
  const found: Unshipped[] = [];
  for (const node of await listNodes(dir)) {
    const position = positions.get(node);
    // Listed before any of them is read: so a segment that has a successor is known to be finished when it is read.
    const sequences = (await listSequences(dir, node)).filter((sequence) => sequence >= (position?.segment ?? 0));
    for (const [index, sequence] of sequences.entries()) {
      const offset = position?.segment === sequence ? position.offset : 0;
      const bytes = (await segmentBytes(dir, { node, sequence })) ?? 0;
      const next = sequences[index + 1];
      if (bytes > offset || next !== undefined) found.push({ node, sequence, offset, bytes, next });
    }
  }
  return found;
}
