// The cache of one route of one plan: its settings made ready, its part of the store, and the calls that fill it at present.
import { type Clock, LIMITS, type Log } from "@holdfast/base";
import type { CacheSettings, Plan, PlanRoute } from "@holdfast/contract";
import { headerOf } from "../headers/header-list.ts";
import type { Call } from "../pipeline/call.ts";
import { flatLines } from "../transport/header-lines.ts";
import type { Flight } from "./flight.ts";
import { cookieOf, keyQuery, varyKey } from "./key.ts";
import type { Purge } from "./purge.ts";
import type { Kept, Place, Shelf, Store, StorePart } from "./store.ts";

export type CacheTools = {
  store: Store;
  clock: Clock;
  log: Log;
  /** This worker has one share of so many of what the settings give a route. */
  shares: number;
  /** What is cleared here has to be cleared in the other workers too. */
  tellOthers(purge: Purge): void;
};

export type RouteCache = {
  readonly workspace: string;
  readonly subject: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly tellOthers: (purge: Purge) => void;
  /** Undefined: nothing is kept here; unsafe calls clear what other routes keep. */
  readonly keeps: Keeps | undefined;
};

export type Keeps = {
  readonly settings: CacheSettings;
  readonly part: StorePart;
  readonly rules: { when_silent_ms: number | undefined; heuristic: boolean; entry_bytes_max: number };
  readonly stale: { stale_while_revalidate_ms: number; stale_if_error_ms: number };
  /** Everybody may see everything that is kept. */
  readonly open: boolean;
  readonly own_headers: readonly string[];
  readonly flights: Map<string, Flight>;
  /** Until when calls of a key do not wait for each other, because its answers are not kept. By the monotonic clock, in µs. */
  readonly not_kept: Map<string, number>;
};

/** Undefined: no route of the workspace keeps anything. */
export function openRouteCache(
  plan: PlanRoute,
  caching: ReadonlySet<string>,
  { store, clock, log, shares, tellOthers }: CacheTools,
): RouteCache | undefined {
  if (!caching.has(plan.workspace)) return undefined;
  const { workspace, subject } = plan;
  return { workspace, subject, store, clock, log, tellOthers, keeps: plan.cache && keepsOf(plan, plan.cache) };

  function keepsOf({ access, own_headers }: PlanRoute, settings: CacheSettings): Keeps {
    return {
      settings,
      part: store.part(partName(workspace, subject), Math.floor(settings.most / shares)),
      rules: {
        when_silent_ms: settings.when_silent,
        heuristic: settings.heuristic === "last-modified",
        entry_bytes_max: settings.entry_most,
      },
      stale: {
        stale_while_revalidate_ms: settings.stale_while_revalidate ?? 0,
        stale_if_error_ms: settings.stale_if_error ?? 0,
      },
      open: access === "public",
      own_headers: own_headers ?? [],
      flights: new Map(),
      not_kept: new Map(),
    };
  }
}

function partName(workspace: string, subject: string): string {
  return `${workspace}/${subject}`;
}

/** Every part that a plan has. */
export function partsOf({ routes }: Plan): Set<string> {
  return new Set(routes.flatMap(({ cache, workspace, subject }) => (cache ? [partName(workspace, subject)] : [])));
}

/** Workspaces in which something is kept. */
export function cachingWorkspaces(routes: readonly PlanRoute[]): Set<string> {
  return new Set(routes.filter(({ cache }) => cache).map(({ workspace }) => workspace));
}

/** Where an answer of this call belongs: one key for everybody, one for who calls. The same on public routes. */
export type Keys = { place: Place; everybody: string; caller: string };

export function keysOf(call: Call, { workspace, subject }: RouteCache, keeps: Keeps): Keys {
  const { key } = keeps.settings;
  // A rewritten path may depend on who calls; what the upstream is asked counts.
  const query = keyQuery(call.upstream_query, key.query);
  let everybody = `${call.release?.name}\n${call.scheme}\n${call.host}\n${call.upstream_path}\n${query}\n${call.path}\n`;
  for (const name of key.headers) everybody += `${call.header(name) ?? ""}\n`;
  const cookies = key.cookies.length > 0 ? call.header("cookie") : undefined;
  for (const name of key.cookies) everybody += `${cookieOf(cookies, name) ?? ""}\n`;
  return {
    place: { workspace, subject, url: urlOf(call) },
    everybody,
    caller: keeps.open ? everybody : `${everybody}\0${callerOf(call, keeps)}`,
  };
}

/** The address as clients see it, without scheme and port. */
export function urlOf({ host, path, query }: Call): string {
  return query === undefined ? `${host}${path}` : `${host}${path}?${query}`;
}

/** Who calls, and what the upstream is told of them. One consumer may be many people: their token's subject counts too. */
function callerOf(call: Call, { own_headers }: Keeps): string {
  const { iss, sub } = call.claims ?? {};
  let caller = JSON.stringify([call.consumer ?? null, iss ?? null, sub ?? null]);
  for (const name of own_headers) caller += `\n${headerOf(call.forward, name) ?? ""}`;
  return caller;
}

const NOTHING: readonly string[] = [];

/** What this call says in a header that `Vary` names: as the upstream gets it, or as the client sent it. */
export function valueIn(call: Call): (name: string) => string | undefined {
  const told = call.caller_lines === "" ? NOTHING : flatLines(call.caller_lines);
  return (name) => headerOf(call.forward, name) ?? headerOf(told, name) ?? call.header(name);
}

/** The kept answer that was made for a request like this, newest first. */
export function matching(shelf: Shelf | undefined, call: Call): Kept | undefined {
  if (!shelf) return undefined;
  const value = valueIn(call);
  for (let index = shelf.kept.length - 1; index >= 0; index--) {
    const kept = shelf.kept[index] as Kept;
    if (kept.vary_key === varyKey(kept.vary, value)) return kept;
  }
  return undefined;
}

export function ageMs({ initial_age_ms, kept_at_ms }: Kept, now_ms: number): number {
  return initial_age_ms + Math.max(0, now_ms - kept_at_ms);
}

/** Calls of this key go by themselves for a while: waiting for each other brought nothing. */
export function rememberNotKept({ not_kept }: Keeps, key: string, now_us: number): void {
  const oldest = not_kept.size >= LIMITS.cache_not_kept_max ? not_kept.keys().next().value : undefined;
  if (oldest !== undefined) not_kept.delete(oldest);
  not_kept.set(key, now_us + LIMITS.cache_not_kept_ms * 1000);
}

export function isNotKept({ not_kept }: Keeps, key: string, now_us: number): boolean {
  const until_us = not_kept.get(key);
  if (until_us === undefined) return false;
  if (until_us > now_us) return true;
  not_kept.delete(key);
  return false;
}
