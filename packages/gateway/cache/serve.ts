// A kept answer for one call: with its age, as a 304 where the client has it already, without a body for HEAD.
import { headerOf, setHeader } from "../headers/header-list.ts";
import type { Call } from "../pipeline/call.ts";
import type { CacheUse } from "../pipeline/outcome.ts";
import { hasAlready, headersOf304 } from "./conditional.ts";
import { replay } from "./replay.ts";
import { ageMs, type RouteCache } from "./route-cache.ts";
import { cacheStatus } from "./status-header.ts";
import type { Kept } from "./store.ts";

export type Serving = {
  use: Exclude<CacheUse, "miss" | "bypass">;
  collapsed: boolean;
  /** Headers for this client alone. */
  more?: readonly string[];
};

const NOTHING = new Uint8Array(0);

export function serve(call: Call, { clock, keeps }: RouteCache, kept: Kept, { use, collapsed, more }: Serving): void {
  call.cache = use;
  keeps?.part.touch(kept);
  const age_ms = ageMs(kept, clock.now());
  const unchanged = kept.status === 200 && hasAlready(conditionsOf(call), kept.headers, kept.kept_at_ms);
  const headers = unchanged ? headersOf304(kept.headers) : [...kept.headers];
  if (keeps && !keeps.settings.tags.pass) removeAll(headers, keeps.settings.tags.headers);
  setHeader(headers, "age", String(Math.floor(age_ms / 1000)));
  if (more) headers.push(...more);
  if (keeps?.settings.status_header) headers.push("cache-status", statusOf(kept, age_ms, { use, collapsed }));
  const body = unchanged || call.method === "HEAD" ? NOTHING : kept.body;
  replay(call, { status: unchanged ? 304 : kept.status, headers }, body);
}

/** RFC 9211: what was confirmed went forward; what was served past its time says so by its ttl. */
function statusOf(kept: Kept, age_ms: number, { use, collapsed }: Serving): string {
  if (use === "revalidated")
    return cacheStatus({ kind: "forwarded", why: "stale", status: 304, stored: true }, collapsed);
  return cacheStatus({ kind: "hit", ttl_s: Math.floor((kept.lifetime_ms - age_ms) / 1000) }, collapsed);
}

function conditionsOf(call: Call) {
  const { headers } = call.exchange;
  return {
    if_none_match: headerOf(headers, "if-none-match"),
    if_modified_since: headerOf(headers, "if-modified-since"),
  };
}

function removeAll(headers: string[], names: readonly string[]): void {
  let kept = 0;
  for (let index = 0; index < headers.length; index += 2) {
    if (names.includes(headers[index] as string)) continue;
    headers[kept++] = headers[index] as string;
    headers[kept++] = headers[index + 1] as string;
  }
  headers.length = kept;
}
