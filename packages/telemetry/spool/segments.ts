// Where segments lie and how they are named: <dir>/<node>/<sequence>.spool. Sequences of one node only grow, also over restarts
// and after all older segments were deleted, because they begin at the time of their making.
import type { Dirent, Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export type SegmentName = { node: string; sequence: number };

const SEQUENCE_DIGITS = 15;

export function segmentPath(dir: string, { node, sequence }: SegmentName): string {
  return join(dir, node, `${String(sequence).padStart(SEQUENCE_DIGITS, "0")}.spool`);
}

/** Sequences of one node, oldest first; empty when it has never written. */
export async function listSequences(dir: string, node: string): Promise<number[]> {
  const names = await unlessMissing(readdir(join(dir, node)));
  const found = (names ?? []).map((name) => /^(\d{15})\.spool$/.exec(name)?.[1]);
  return found
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((left, right) => left - right);
}

/** Every node that has a folder, in the order of their names. */
export async function listNodes(dir: string): Promise<string[]> {
  const entries: Dirent[] = (await unlessMissing(readdir(dir, { withFileTypes: true }))) ?? [];
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Undefined when the segment was deleted meanwhile. */
export async function segmentBytes(dir: string, segment: SegmentName): Promise<number | undefined> {
  const found: Stats | undefined = await unlessMissing(stat(segmentPath(dir, segment)));
  return found?.size;
}

/** All segments of all nodes with their sizes in bytes. */
export async function listSegments(dir: string): Promise<(SegmentName & { bytes: number })[]> {
  const segments: (SegmentName & { bytes: number })[] = [];
  for (const node of await listNodes(dir)) {
    for (const sequence of await listSequences(dir, node)) {
      const bytes = await segmentBytes(dir, { node, sequence });
      if (bytes !== undefined) segments.push({ node, sequence, bytes });
    }
  }
  return segments;
}

export async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
