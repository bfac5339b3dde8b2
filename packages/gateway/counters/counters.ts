// The contract of shared limit state: one bucket per key, counted exactly however many workers or nodes take from it.
// shared.ts keeps it in the memory of one process, redis.ts in Redis; counters.test.ts holds both to the same cases.
import type { Rate } from "@holdfast/base";
import { type Begun, hashBegin } from "../hash.ts";

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

/** What keys go on with behind their place: a limit's name and rate. `begun`: its hash, for who continues it. */
export type KeyPart = { readonly text: string; readonly begun: Begun };

export function keyPart(text: string): KeyPart {
  return { text, begun: { first: hashBegin(text, 0), second: hashBegin(text, 1) } };
}

/** The buckets of one place: a route, a model, a workspace. Their keys are the place, a limit's part, and who is counted. */
export type Buckets = {
  take(part: KeyPart, owner: string, limit: Limit, now_ms: number): Taken | Promise<Taken>;
  giveBack(part: KeyPart, owner: string): void | Promise<void>;
};

export type Counters = {
  /** Takes one call from a bucket. A key has one rate: write the rate into the key. `now_ms` is wall time; nodes have to agree on it. */
  take(key: string, limit: Limit, now_ms: number): Taken | Promise<Taken>;
  /** Takes back what was taken for a call that another limit refused. Counters without it keep it. */
  giveBack?(key: string): void | Promise<void>;
  /** Buckets whose keys are not put together for each call. Left out where it would save nothing. */
  under?(place: string): Buckets;
};

/** Buckets of any counters by the rest of their keys. */
export function bucketsUnder(counters: Counters, place: string): Buckets {
  return (
    counters.under?.(place) ?? {
      take: ({ text }, owner, limit, now_ms) => counters.take(place + text + owner, limit, now_ms),
      giveBack: ({ text }, owner) => counters.giveBack?.(place + text + owner),
    }
  );
}
