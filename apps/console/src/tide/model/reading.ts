// What the tide says at one moment: lines, voices and changes of the same step. Hover, keyboard and the table read the same.
import type { Tide } from "../../api/types.ts";
import { type Lines, stepAt } from "./lines.ts";
import type { Change, Voice } from "./marks.ts";

export type Reading = {
  from: number;
  until: number;
  lines: { release: string; share: number | null; calls: number; errors: number }[];
  voices: Voice[];
  changes: Change[];
};

/** `reach_ms` widens the search for voices and changes, so that a dot can be read without hitting its very step. */
export function readingAt(tide: Tide, lines: Lines, at: number, reach_ms = 0): Reading | undefined {
  const from = stepAt(lines.grid, tide.step_ms, at);
  if (from === undefined) return undefined;
  const until = from + tide.step_ms;
  const near = (each: { at: number }) =>
    each.at >= Math.min(from, at - reach_ms) && each.at < Math.max(until, at + reach_ms);
  const index = lines.grid.indexOf(from);
  return {
    from,
    until,
    lines: lines.lines.map((line) => ({
      release: line.release,
      share: line.shares[index] ?? null,
      calls: line.points.get(from)?.calls ?? 0,
      errors: line.points.get(from)?.errors ?? 0,
    })),
    voices: tide.voices.filter(near),
    changes: tide.changes.filter(near),
  };
}

/** Every step in which something happened, oldest first. */
export function allReadings(tide: Tide, lines: Lines): Reading[] {
  return lines.grid
    .map((at) => readingAt(tide, lines, at))
    .filter((reading) => reading !== undefined)
    .filter(
      (reading) =>
        reading.voices.length > 0 || reading.changes.length > 0 || reading.lines.some((line) => line.share !== null),
    );
}
