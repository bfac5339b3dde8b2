// The tide's lines: counts by release become shares on one regular grid, where a step without calls is a gap.
import type { Tide } from "../../api/types.ts";

/** `candidate` is drawn in the colour of calls, the others in grey. */
type LineRole = "candidate" | "baseline" | "other";

export type Line = {
  release: string;
  subject: string;
  role: LineRole;
  calls: number;
  errors: number;
  /** Share of failed calls for each moment of the grid; null where nothing was called. */
  shares: (number | null)[];
  points: Map<number, { calls: number; errors: number }>;
};

/** `grid` holds the beginnings of steps; `middles` is where a step is drawn. */
export type Lines = { grid: number[]; middles: number[]; lines: Line[] };

export function linesOf(tide: Tide, baseline?: string): Lines {
  const grid: number[] = [];
  const first = Math.floor(tide.from / tide.step_ms) * tide.step_ms;
  for (let at = first; at < tide.until; at += tide.step_ms) grid.push(at);
  const lines = tide.series.map((series): Line => {
    const points = new Map(series.points.map(([at = 0, calls = 0, errors = 0]) => [at, { calls, errors }]));
    const shares = grid.map((at) => shareOf(points.get(at)));
    const totals = sum(points.values());
    return { release: series.release, subject: series.subject, role: "other", ...totals, shares, points };
  });
  giveRoles(lines, baseline);
  return { grid, middles: grid.map((at) => at + tide.step_ms / 2), lines };
}

function shareOf(point: { calls: number; errors: number } | undefined): number | null {
  return point === undefined || point.calls === 0 ? null : point.errors / point.calls;
}

function sum(points: Iterable<{ calls: number; errors: number }>): { calls: number; errors: number } {
  const totals = { calls: 0, errors: 0 };
  for (const point of points) {
    totals.calls += point.calls;
    totals.errors += point.errors;
  }
  return totals;
}

/** The release that others are compared with is the one named, else the busiest; the worst of the others is the candidate. */
function giveRoles(lines: Line[], named: string | undefined): void {
  const busiest = [...lines].sort((a, b) => b.calls - a.calls)[0];
  const baseline = lines.find((line) => line.release === named) ?? busiest;
  const rest = lines.filter((line) => line !== baseline);
  const candidate = rest.sort((a, b) => b.errors / (b.calls || 1) - a.errors / (a.calls || 1))[0];
  if (baseline) baseline.role = candidate ? "baseline" : "candidate";
  if (candidate) candidate.role = "candidate";
}

export function highestShare(lines: readonly Line[]): number {
  return lines.reduce((highest, line) => Math.max(highest, ...line.shares.map((share) => share ?? 0)), 0);
}

/** Steps with a value between two gaps: a line cannot show them, a dot does. */
export function lonelySteps(shares: readonly (number | null)[]): number[] {
  const empty = (index: number) => (shares[index] ?? null) === null;
  return shares.flatMap((share, index) => (share !== null && empty(index - 1) && empty(index + 1) ? [index] : []));
}

/** A window that has been filled for only a part is drawn from a little before its first sign, but never too short. */
export function shownFrom(tide: Tide, least_ms: number): number {
  const signs = [
    ...tide.series.flatMap((series) => series.points.map(([at = tide.until]) => at)),
    ...tide.voices.map((voice) => voice.at),
    ...tide.changes.map((change) => change.at),
  ];
  if (signs.length === 0) return tide.from;
  const length = Math.max(least_ms, (tide.until - Math.min(...signs)) * 1.1);
  const from = Math.floor((tide.until - length) / tide.step_ms) * tide.step_ms;
  return length * 2 < tide.until - tide.from ? from : tide.from;
}

/** The step of the grid that a moment falls into. */
export function stepAt(grid: readonly number[], step_ms: number, at: number): number | undefined {
  const first = grid[0];
  if (first === undefined) return undefined;
  return grid[Math.min(grid.length - 1, Math.max(0, Math.floor((at - first) / step_ms)))];
}
