// How calls end and what the cache had to do with it, in the words of their record.
import type { ProblemCode } from "@holdfast/base";

export type Outcome = "ok" | ProblemCode | "upstream_error" | "client_error" | "client_gone";

/** How an answer came out of, or past, the cache of its route. */
export type CacheUse = "hit" | "miss" | "stale" | "revalidated" | "coalesced" | "bypass";
