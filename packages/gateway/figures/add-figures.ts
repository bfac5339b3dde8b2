// Figures of several gateway workers, or of one that took another's place, added up. Pure.
import type { CallFigures, GatewayFigures } from "@holdfast/contract";

export const NO_FIGURES: GatewayFigures = { calls: [], running: 0, shed: 0, cache_bytes: 0 };

export function addFigures(one: GatewayFigures, other: GatewayFigures): GatewayFigures {
  const calls = new Map(one.calls.map((figures) => [keyOf(figures), figures]));
  for (const figures of other.calls) {
    const known = calls.get(keyOf(figures));
    calls.set(keyOf(figures), known ? addCalls(known, figures) : figures);
  }
  return {
    calls: [...calls.values()],
    running: one.running + other.running,
    shed: one.shed + other.shed,
    cache_bytes: one.cache_bytes + other.cache_bytes,
  };
}

/** What stays of a worker that ended: its counts, not what it was busy with. */
export function ended(figures: GatewayFigures): GatewayFigures {
  return { ...NO_FIGURES, calls: figures.calls, shed: figures.shed };
}

function keyOf({ workspace, subject, release }: CallFigures): string {
  return `${workspace}/${subject}/${release}`;
}

function addCalls(one: CallFigures, other: CallFigures): CallFigures {
  return {
    ...one,
    statuses: addLists(one.statuses, other.statuses),
    durations: addLists(one.durations, other.durations),
    duration_sum_s: one.duration_sum_s + other.duration_sum_s,
    request_bytes: one.request_bytes + other.request_bytes,
    response_bytes: one.response_bytes + other.response_bytes,
    cache: addLists(one.cache, other.cache),
    refusals: addNamed(one.refusals, other.refusals),
    upstream_errors: addNamed(one.upstream_errors, other.upstream_errors),
  };
}

function addLists(one: number[], other: number[]): number[] {
  return one.map((count, index) => count + (other[index] ?? 0));
}

function addNamed(one: Record<string, number>, other: Record<string, number>): Record<string, number> {
  const sum = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
