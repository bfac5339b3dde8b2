// The contract of shared limit state: one bucket per key, counted exactly however many workers or nodes take from it.
// shared.ts keeps it in the memory of one process, redis.ts in Redis; counters.test.ts holds both to the same cases.
import type { Rate } from "@holdfast/base";

/** `burst` calls may come at once; after that the rate decides. */
export type Limit = { rate: Rate; burst: number };

export type Taken = {
  allowed: boolean;
  /** Calls that would pass right now, after this one. */
  remaining: number;
  /** 0 when allowed. */
  retry_after_ms: number;
  /** Until the bucket is as good as new. */
  reset_ms: number;
  /** The bucket's size: the burst. */
  limit: number;
};

/** The buckets whose keys begin alike. */
export type Buckets = {
  take(owner: string, limit: Limit, now_ms: number): Taken | Promise<Taken>;
  giveBack(owner: string): void | Promise<void>;
};

export type Counters = {
  /** Takes one call from a bucket. A key has one rate: write the rate into the key. `now_ms` is wall time; nodes have to agree on it. */
  take(key: string, limit: Limit, now_ms: number): Taken | Promise<Taken>;
  /** Takes back what was taken for a call that another limit refused. Counters without it keep it. */
  giveBack?(key: string): void | Promise<void>;
  /** The same buckets by the rest of their keys. Left out where it would save nothing. */
  under?(place: string): Buckets;
};

/** Buckets of any counters by the rest of their keys. */
export function bucketsUnder(counters: Counters, place: string): Buckets {
  return (
    counters.under?.(place) ?? {
      take: (owner, limit, now_ms) => counters.take(place + owner, limit, now_ms),
      giveBack: (owner) => counters.giveBack?.(place + owner),
    }
  );
}
