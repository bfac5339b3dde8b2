// One call on a route with a cache, from the moment it goes to the upstream: its answer is kept on its way to the client, or
// confirms a kept one, or is replaced by a stale one where the upstream failed.
import { headerOf, removeHeader } from "../headers/header-list.ts";
import type { Call } from "../pipeline/call.ts";
import type { SendFailure } from "../pipeline/failures.ts";
import { refreshedHeaders } from "./conditional.ts";
import type { Flight, Landing } from "./flight.ts";
import type { Gathering } from "./gathering.ts";
import { clearAfter } from "./invalidate.ts";
import { type Keeps, type RouteCache, rememberNotKept } from "./route-cache.ts";
import { serve } from "./serve.ts";
import { cacheStatus, type Forwarded } from "./status-header.ts";
import type { Kept } from "./store.ts";

/** Failures after which a stale answer may be served (RFC 5861 section 4). */
const FAILED = new Set([500, 502, 503, 504]);

export type Errand = {
  why: Forwarded;
  /** Others wait for what comes of this call. */
  flight?: { key: string; flight: Flight } | undefined;
  gathering?: Gathering | undefined;
  /** A kept answer that the upstream was asked to confirm; `if_error`: it stands in when the upstream fails. */
  asked_about?: { kept: Kept; confirm: boolean; if_error: boolean } | undefined;
  collapsed?: boolean;
};

export class CachedCall {
  readonly #call: Call;
  readonly #cache: RouteCache;
  readonly #errand: Errand;
  /** Served when the upstream's 304 has ended. */
  #confirmed: { kept: Kept; more: string[] } | undefined;
  #gathers = false;

  constructor(call: Call, cache: RouteCache, errand: Errand) {
    this.#call = call;
    this.#cache = cache;
    this.#errand = errand;
  }

  /** True: this head is not the client's. */
  onHead(status: number, flat: string[]): boolean {
    const { asked_about, gathering, flight } = this.#errand;
    clearAfter(this.#call, this.#cache, status, flat);
    const { keeps } = this.#cache;
    if (!keeps) return false;
    if (asked_about?.confirm && status === 304) return this.#confirm(asked_about.kept, flat);
    if (asked_about?.if_error && FAILED.has(status)) return this.#standIn(asked_about.kept);
    this.#gathers = gathering?.head(status, flat) ?? false;
    if (!this.#gathers) {
      // What is older than an answer that may not be kept is not worth keeping either.
      if (asked_about && replaces(status)) keeps.part.drop(asked_about.kept);
      if (flight && replaces(status)) rememberNotKept(keeps, flight.key, this.#cache.clock.monotonicMicros());
      this.#land({ kind: "alone" });
    }
    this.#tell(keeps, status, flat);
    return false;
  }

  #tell({ settings }: Keeps, status: number, flat: string[]): void {
    if (!settings.tags.pass) for (const name of settings.tags.headers) removeHeader(flat, name);
    if (!settings.status_header) return;
    const { why, collapsed = false } = this.#errand;
    flat.push("cache-status", cacheStatus({ kind: "forwarded", why, status, stored: this.#gathers }, collapsed));
  }

  #confirm(kept: Kept, flat: string[]): boolean {
    const gathering = this.#errand.gathering as Gathering;
    const { keeps } = this.#cache;
    const headers = refreshedHeaders(kept.headers, flat);
    const { kept: fresh, may_keep } = gathering.confirmed(kept.status, headers, kept.body);
    // It was replaced, or it must go: what says so now is not kept any longer.
    if (!may_keep) keeps?.part.drop(kept);
    const now = fresh ?? { ...kept, headers, initial_age_ms: 0, kept_at_ms: this.#cache.clock.now() };
    const cookies = headerOf(flat, "set-cookie");
    this.#confirmed = { kept: now, more: cookies === undefined ? [] : cookiesIn(flat) };
    return true;
  }

  /** True: the client got something better. */
  #standIn(kept: Kept): boolean {
    const call = this.#call;
    this.#errand.gathering?.stop();
    this.#land({ kind: "stale", kept });
    call.upstream?.cancel();
    serve(call, this.#cache, kept, { use: "stale", collapsed: this.#errand.collapsed ?? false });
    return true;
  }

  /** True: this piece is not the client's. */
  onData(chunk: Uint8Array): boolean {
    if (this.#confirmed) return true;
    if (this.#gathers && this.#errand.gathering?.data(chunk) === false) {
      this.#gathers = false;
      this.#land({ kind: "alone" });
    }
    return false;
  }

  onTrailers(): void {
    if (!this.#gathers) return;
    this.#gathers = false;
    this.#errand.gathering?.stop();
    this.#land({ kind: "alone" });
  }

  /** True: this end is not the client's. */
  onEnd(): boolean {
    if (this.#confirmed) {
      const { kept, more } = this.#confirmed;
      this.#land({ kind: "kept" });
      serve(this.#call, this.#cache, kept, { use: "revalidated", more, collapsed: this.#errand.collapsed ?? false });
      return true;
    }
    if (this.#gathers) this.#land(this.#errand.gathering?.keep() ? { kind: "kept" } : { kind: "alone" });
    return false;
  }

  /** The upstream failed for good. True: the client gets a kept answer all the same. */
  onFailed({ kind }: SendFailure): boolean {
    const { asked_about } = this.#errand;
    const call = this.#call;
    if (asked_about?.if_error && kind !== "unsendable" && !call.head_sent && !call.finished) {
      this.#confirmed = undefined;
      return this.#standIn(asked_about.kept);
    }
    this.#errand.gathering?.stop();
    this.#land({ kind: "alone" });
    return false;
  }

  /** The call is over, however. */
  leave(): void {
    this.#errand.gathering?.stop();
    this.#land({ kind: "next" });
  }

  #land(landing: Landing): void {
    this.#errand.flight?.flight.land(landing);
  }
}

/** Says something else of the address than what is kept; a refusal of this one call does not. */
function replaces(status: number): boolean {
  return status < 400 ? status !== 304 : status === 404 || status === 410;
}

function cookiesIn(flat: readonly string[]): string[] {
  const cookies: string[] = [];
  for (let index = 0; index < flat.length; index += 2)
    if (flat[index] === "set-cookie") cookies.push("set-cookie", flat[index + 1] as string);
  return cookies;
}
