// The aims below the walls: how many files and functions are over them may only go down. The counts are in ratchet.json.

import { fileLines, functionLines, functionsOf, linesOf } from "./rules/size.ts";
import type { Source } from "./source.ts";

export type Counts = Record<string, number>;

export function countOffenders(sources: readonly Source[]): Counts {
  const functions = sources.flatMap(functionsOf);
  return {
    [`files_over_${fileLines.aim}_lines`]: sources.filter((source) => linesOf(source) > fileLines.aim).length,
    [`functions_over_${functionLines.aim}_lines`]: functions.filter(({ lines }) => lines > functionLines.aim).length,
  };
}

/** Sentences for each count that is worse than the ratchet allows. */
export function worse(counts: Counts, ratchet: Counts): string[] {
  return Object.entries(counts)
    .filter(([name, count]) => count > (ratchet[name] ?? 0))
    .map(([name, count]) => `${name} went from ${ratchet[name] ?? 0} to ${count}: it may only go down`);
}

/** The ratchet after a turn: each count at its lower value, or as it is where nothing was written yet. */
export function turn(counts: Counts, ratchet: Counts | undefined): Counts {
  const lower = ([name, count]: [string, number]) => [name, Math.min(count, ratchet?.[name] ?? count)];
  return Object.fromEntries(Object.entries(counts).map(lower));
}
