// What an unsafe call clears (RFC 9111 section 4.4): the address that it changed, and those that its answer names, whichever route
// of the workspace keeps them.
import { headerOf } from "../headers/header-list.ts";
import type { Call } from "../pipeline/call.ts";
import { locationForClient } from "../pipeline/own-location.ts";
import { canonicalTarget } from "../routing/canonical-path.ts";
import type { Purge } from "./purge.ts";
import { type RouteCache, urlOf } from "./route-cache.ts";

/** RFC 9110 section 9.2.1. */
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

export function clearAfter(call: Call, cache: RouteCache, status: number, flat: readonly string[]): void {
  if (SAFE.has(call.method) || status < 200 || status > 399) return;
  const urls = new Set([urlOf(call)]);
  for (const name of ["location", "content-location"]) {
    const url = named(call, headerOf(flat, name));
    if (url !== undefined) urls.add(url);
  }
  for (const url of urls) {
    const purge: Purge = { workspace: cache.workspace, url, exact: true };
    cache.store.purge(purge);
    cache.tellOthers(purge);
  }
}

/** The address that a header names, if it is of the same host: another's would be somebody else's to clear. */
function named(call: Call, reference: string | undefined): string | undefined {
  if (reference === undefined) return undefined;
  const { host, path, scheme } = call;
  const url = URL.parse(locationForClient(call, reference), `${scheme}://${host || "localhost"}${path}`);
  if (!url || url.hostname.toLowerCase() !== (host || "localhost")) return undefined;
  const target = canonicalTarget(url.pathname + url.search);
  if (!target.ok) return undefined;
  const { path: there, query } = target.value;
  return query === undefined ? `${host}${there}` : `${host}${there}?${query}`;
}
