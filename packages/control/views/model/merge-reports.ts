// Reports of several gateway workers on the same upstreams into one row each. Pure.
import { UPSTREAM_STATES, type Upstream, type UpstreamReport, type UpstreamState } from "@holdfast/contract";

/** `reports`: one list for each worker, all of one workspace. Sorted by service, release and address. */
export function mergeReports(reports: readonly (readonly UpstreamReport[])[]): Upstream[] {
  const by_place = Map.groupBy(reports.flat(), ({ service, release, url }) => JSON.stringify([service, release, url]));
  return [...by_place.entries()]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, seen]) => merge(seen as [UpstreamReport, ...UpstreamReport[]]));
}

function merge(seen: [UpstreamReport, ...UpstreamReport[]]): Upstream {
  const [{ service, release, url }] = seen;
  const workers = statesOf(seen);
  const state = workers[0]?.state ?? "unwatched";
  // Whoever is worst off knows best what went wrong; among equals, who learnt it last.
  const [worst] = seen
    .filter((report) => report.state === state)
    .toSorted((left, right) => (right.since ?? 0) - (left.since ?? 0));
  const last_error = worst?.last_error ?? seen.find((report) => report.last_error !== null)?.last_error ?? null;
  return {
    service,
    release,
    url,
    state,
    workers,
    since: worst?.since ?? null,
    last_error,
    open_connections: sumOf(seen, "open_connections") ?? 0,
    running: sumOf(seen, "running"),
    calls: sumOf(seen, "calls"),
    failures: sumOf(seen, "failures"),
  };
}

/** The worst first. */
function statesOf(seen: readonly UpstreamReport[]): { state: UpstreamState; count: number }[] {
  return UPSTREAM_STATES.map((state) => ({ state, count: seen.filter((report) => report.state === state).length }))
    .filter(({ count }) => count > 0)
    .toSorted((left, right) => BADNESS[right.state] - BADNESS[left.state]);
}

const BADNESS: Record<UpstreamState, number> = {
  unwatched: 0,
  up: 1,
  warming: 2,
  "half-open": 3,
  open: 4,
  ejected: 5,
  down: 6,
};

/** Null where nobody counts. */
function sumOf(
  seen: readonly UpstreamReport[],
  what: "open_connections" | "running" | "calls" | "failures",
): number | null {
  const counted = seen.flatMap((report) => report[what] ?? []);
  return counted.length === 0 ? null : counted.reduce((sum, count) => sum + count, 0);
}
