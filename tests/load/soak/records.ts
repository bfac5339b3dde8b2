// How many calls the product says it has on record, by its API, and how many its gateway threads have counted, by its metrics.
import { setTimeout as sleep } from "node:timers/promises";
import { CACHE_USES, type CallRecord, type Page, type RouteCallers, type Tide } from "@holdfast/contract";
import type { Member } from "../../process/team.ts";
import { UNMATCHED } from "./kind.ts";

export type Window = { from: number; until: number };
export type Compared = { place: string; made: number; recorded: number };

/** Statuses of calls that no route matched. */
const UNMATCHED_STATUSES = [400, 404, 408, 431];
/** Records that are this long in coming are lost. */
const PATIENCE_MS = 60_000;

/** Asks until there are as many as were made, or until patience ends. */
export async function compareRecords(ada: Member, made: Map<string, number>, window: Window): Promise<Compared[]> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const compared: Compared[] = [];
    for (const [place, count] of made)
      compared.push({ place, made: count, recorded: await recordsOf(ada, place, window) });
    if (compared.every((one) => one.made === one.recorded) || performance.now() > end) return compared;
    await sleep(2000);
  }
}

function recordsOf(ada: Member, place: string, window: Window): Promise<number> {
  if (place === UNMATCHED) return unmatched(ada, window);
  if (place.startsWith("models.")) return ofModel(ada, place, window);
  return place.startsWith("routes.extra-") ? ofFormerRoute(ada, place, window) : ofRoute(ada, place, window);
}

/** Of everybody who called a route of the present plan. */
async function ofRoute(ada: Member, place: string, { from, until }: Window): Promise<number> {
  const name = place.slice("routes.".length);
  const { items, more } = await ada.in<RouteCallers>("GET", `/routes/${name}/callers?from=${from}&until=${until}`);
  if (more) throw new Error(`${place} has more callers than are shown`);
  return items.reduce((sum, { calls }) => sum + calls, 0);
}

/** Of calls that a release was chosen for. */
async function ofModel(ada: Member, place: string, { from, until }: Window): Promise<number> {
  const { series } = await ada.in<Tide>("GET", `/tide?subject=${place}&from=${from}&until=${until}`);
  return series.flatMap(({ points }) => points).reduce((sum, [, calls]) => sum + calls, 0);
}

function ofFormerRoute(ada: Member, place: string, window: Window): Promise<number> {
  return listed(ada, `subject=${place}`, window, () => true);
}

async function unmatched(ada: Member, window: Window): Promise<number> {
  let sum = 0;
  for (const status of UNMATCHED_STATUSES)
    sum += await listed(ada, `status=${status}`, window, ({ subject }) => subject === null);
  return sum;
}

/** Page by page, as somebody does who reads them all. */
async function listed(
  ada: Member,
  filter: string,
  { from, until }: Window,
  counts: (call: CallRecord) => boolean,
): Promise<number> {
  let sum = 0;
  for (let cursor: string | null = ""; cursor !== null; ) {
    const place = cursor === "" ? "" : `&cursor=${cursor}`;
    const path = `/calls?${filter}&from=${from}&until=${until}&limit=200${place}`;
    const page: Page<CallRecord> = await ada.in("GET", path);
    sum += page.items.filter(counts).length;
    cursor = page.next;
  }
  return sum;
}

/** `main_heap_mb`: of the main thread alone. `cache`: calls by how the cache took part. */
export type Counted = {
  requests: number;
  shed: number;
  dropped: number;
  running: number;
  cache_mb: number;
  main_heap_mb: number;
  cache: Record<string, number>;
};

export async function metricsOf(control: string): Promise<Counted> {
  const text = await (await fetch(`${control}/metrics`)).text();
  const series = [...text.matchAll(/^(\w+)(\{.*\})? (\S+)$/gm)];
  const sum = (name: string, label = ""): number =>
    series.reduce(
      (all, [, of, labels = "", value]) => all + (of === name && labels.includes(label) ? Number(value) : 0),
      0,
    );
  return {
    requests: sum("holdfast_requests_total"),
    shed: sum("holdfast_requests_shed_total"),
    dropped: sum("holdfast_telemetry_dropped_total"),
    running: sum("holdfast_requests_running"),
    cache_mb: sum("holdfast_cache_bytes") / 1e6,
    main_heap_mb: sum("nodejs_heap_size_used_bytes") / 1e6,
    cache: Object.fromEntries(CACHE_USES.map((use) => [use, sum("holdfast_cache_requests_total", `use="${use}"`)])),
  };
}
