// Decides which segments go when the spool is larger than its budget. Shipped ones stay as long as they fit, because the store
// can be rebuilt from them.
import type { SegmentName } from "./segments.ts";

export type Position = { node: string; segment: number; offset: number };

export type Deletion = SegmentName & { bytes: number; shipped: boolean };

/**
 * Oldest shipped first, then oldest unshipped. The newest segment of a node is never among them: its writer has it open.
 * `positions` says up to where each node is in the store.
 */
export function decideDeletions(
  segments: readonly (SegmentName & { bytes: number })[],
  positions: ReadonlyMap<string, Position>,
  bytes_max: number,
): Deletion[] {
  let excess = segments.reduce((sum, { bytes }) => sum + bytes, 0) - bytes_max;
  const newest = new Map<string, number>();
  for (const { node, sequence } of segments) newest.set(node, Math.max(newest.get(node) ?? 0, sequence));
  const candidates = segments
    .filter(({ node, sequence }) => sequence !== newest.get(node))
    .map((segment) => ({ ...segment, shipped: segment.sequence < (positions.get(segment.node)?.segment ?? 0) }))
    .sort((left, right) => Number(right.shipped) - Number(left.shipped) || left.sequence - right.sequence);
  const deletions: Deletion[] = [];
  for (const candidate of candidates) {
    if (excess <= 0) break;
    deletions.push(candidate);
    excess -= candidate.bytes;
  }
  return deletions;
}
