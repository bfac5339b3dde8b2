// An answer on its way into the store: whether it may be kept is known with its head, and true only if nobody cleared its address
// meanwhile and all of it came.
import { LIMITS } from "@holdfast/base";
import { headerOf } from "../headers/header-list.ts";
import { parseCacheControl } from "./cache-control.ts";
import { initialAgeMs } from "./freshness.ts";
import { tagsOf, varyKey, varyNames } from "./key.ts";
import type { Keeps, Keys, RouteCache } from "./route-cache.ts";
import { type AskedFor, storable } from "./storable.ts";
import type { Filling, Kept } from "./store.ts";

export type Ask = AskedFor & {
  keys: Keys;
  asked_at_ms: number;
  /** What the request says in a header. */
  value: (name: string) => string | undefined;
};

/** Belongs to the connection that the answer came over (RFC 9111 section 3.1), or is said anew each time. */
const NOT_KEPT = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-holdfast-ref",
  "x-request-id",
  "traceparent",
]);

type Head = { key: string; kept: Omit<Kept, "body"> };

export class Gathering implements Filling {
  readonly place;
  readonly #ask: Ask;
  readonly #cache: RouteCache;
  readonly #keeps: Keeps;
  readonly #unregister: () => void;
  readonly #barred_tags = new Set<string>();
  #barred = false;
  #head: Head | undefined;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(cache: RouteCache, keeps: Keeps, ask: Ask) {
    this.place = ask.keys.place;
    this.#ask = ask;
    this.#cache = cache;
    this.#keeps = keeps;
    this.#unregister = cache.store.fills(this);
  }

  tags(): readonly string[] | undefined {
    return this.#head?.kept.tags;
  }

  bar(tag?: string): void {
    if (tag === undefined) this.#barred = true;
    else this.#barred_tags.add(tag);
  }

  /** True: the body is wanted, by `data` and `keep`. `flat` is not changed. */
  head(status: number, flat: readonly string[]): boolean {
    const answered_at_ms = this.#cache.clock.now();
    const control = parseCacheControl(headerOf(flat, "cache-control"));
    const answered = { status, headers: flat, control, answered_at_ms };
    const verdict = storable(this.#ask, answered, this.#keeps.rules);
    if (!verdict.keep) return this.#giveUp();
    const { keys, value, asked_at_ms } = this.#ask;
    const headers = keptHeaders(flat, answered_at_ms);
    const vary = varyNames(headers);
    const tags = tagsOf(headers, this.#keeps.settings.tags.headers, LIMITS.cache_tags_max);
    if (tags.some((tag) => this.#barred_tags.has(tag))) this.#barred = true;
    this.#head = {
      key: verdict.everybody ? keys.everybody : keys.caller,
      kept: {
        status,
        headers,
        control,
        lifetime_ms: verdict.lifetime.ms,
        initial_age_ms: initialAgeMs(flat, { asked_at_ms, answered_at_ms }),
        kept_at_ms: answered_at_ms,
        vary,
        vary_key: varyKey(vary, value),
        tags,
      },
    };
    return !this.#barred || this.#giveUp();
  }

  /** Copies: `chunk` is a view of something that will be overwritten. False: it grew too large, and is not kept. */
  data(chunk: Uint8Array): boolean {
    if (!this.#head) return false;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#keeps.rules.entry_bytes_max) return this.#giveUp();
    this.#chunks.push(Buffer.from(chunk));
    return true;
  }

  /** All of it came. Undefined: it was not kept. */
  keep(): Kept | undefined {
    if (!this.#head) return undefined;
    const [only] = this.#chunks;
    // A copy of its own size: pieces may be views of a larger pool.
    const body = this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks);
    return this.#put(this.#head, body);
  }

  /** The head's answer with a body that is there already: a 304 confirmed it. What may not be kept is handed back all the same. */
  confirmed(
    status: number,
    headers: readonly string[],
    body: Uint8Array,
  ): { kept: Kept | undefined; may_keep: boolean } {
    const may_keep = this.head(status, headers);
    const head = this.#head;
    if (!may_keep || !head) return { kept: undefined, may_keep: false };
    return { kept: this.#put(head, body), may_keep: true };
  }

  #put({ key, kept }: Head, body: Uint8Array): Kept | undefined {
    const whole: Kept = { ...kept, headers: withLength(kept.headers, kept.status, body.length), body };
    const stored = !this.#barred && this.#keeps.part.put(key, this.place, whole, this.#keeps.settings.variants_most);
    this.#giveUp();
    return stored ? whole : undefined;
  }

  /** Nothing more is kept. Safe to call again. */
  stop(): void {
    this.#giveUp();
  }

  #giveUp(): false {
    this.#unregister();
    this.#head = undefined;
    this.#chunks = [];
    return false;
  }
}

function keptHeaders(flat: readonly string[], now_ms: number): string[] {
  const named = headerOf(flat, "connection")
    ?.split(",")
    .map((name) => name.trim().toLowerCase());
  const headers: string[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    if (!NOT_KEPT.has(name) && !named?.includes(name)) headers.push(name, flat[index + 1] as string);
  }
  // Who keeps an answer without a date dates it (RFC 9110 section 6.6.1).
  if (headerOf(headers, "date") === undefined) headers.push("date", new Date(now_ms).toUTCString());
  return headers;
}

/** An answer that came in pieces of unknown number is whole now. */
function withLength(headers: readonly string[], status: number, bytes: number): readonly string[] {
  if (status === 204 || headerOf(headers, "content-length") !== undefined) return headers;
  return [...headers, "content-length", String(bytes)];
}
