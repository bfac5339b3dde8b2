// Whether an answer may be kept by a cache that many share (RFC 9111 section 3), and for whom. Pure.
import { headerOf } from "../headers/header-list.ts";
import type { CacheControl } from "./cache-control.ts";
import { type Lifetime, type LifetimeRules, lifetimeOf } from "./freshness.ts";

export type AskedFor = {
  method: string;
  control: Readonly<CacheControl>;
  /** The upstream gets credentials of the client. */
  authorization: boolean;
};

export type Answered = {
  status: number;
  /** Names in lower case. */
  headers: readonly string[];
  control: Readonly<CacheControl>;
  answered_at_ms: number;
};

export type Storable =
  | { keep: false; because: string }
  /** `everybody`: the answer says that it may be shared whoever asked. */
  | { keep: true; everybody: boolean; lifetime: Lifetime };

export type StoreRules = LifetimeRules & { entry_bytes_max: number };

/** Whose meaning for caches we know; needed where an answer says `must-understand`. */
const UNDERSTOOD = new Set([200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 451, 501]);

export function storable(asked: AskedFor, answered: Answered, rules: StoreRules): Storable {
  const because = obstacle(asked, answered, rules);
  if (because !== undefined) return { keep: false, because };
  const { control, headers } = answered;
  const lifetime = lifetimeOf(answered, rules, answered.answered_at_ms);
  const confirmable = headerOf(headers, "etag") !== undefined || headerOf(headers, "last-modified") !== undefined;
  const usable = lifetime.ms > 0 || confirmable || (control.stale_if_error ?? 0) > 0;
  if (!usable) return { keep: false, because: "not-fresh" };
  if (control.no_cache && !confirmable) return { keep: false, because: "no-cache" };
  return { keep: true, everybody: control.public || control.s_maxage !== undefined, lifetime };
}

function obstacle(asked: AskedFor, { status, headers, control }: Answered, rules: StoreRules): string | undefined {
  if (asked.method !== "GET") return "method";
  if (asked.control.no_store) return "request-no-store";
  if (status < 200 || status === 206 || status === 304) return "status";
  // must-understand takes the place of no-store for caches that know it (section 5.2.2.3).
  if (control.must_understand ? !UNDERSTOOD.has(status) : control.no_store) return "no-store";
  if (control.private) return "private";
  if (headerOf(headers, "set-cookie") !== undefined) return "set-cookie";
  if (headerOf(headers, "content-range") !== undefined) return "range";
  if (asked.authorization && !sharesAuthorized(control)) return "authorization";
  if (headerOf(headers, "vary")?.includes("*")) return "vary";
  const length = headerOf(headers, "content-length");
  return length !== undefined && Number(length) > rules.entry_bytes_max ? "too-large" : undefined;
}

/** Section 3.5. */
function sharesAuthorized({ public: is_public, must_revalidate, s_maxage }: Readonly<CacheControl>): boolean {
  return is_public || must_revalidate || s_maxage !== undefined;
}
