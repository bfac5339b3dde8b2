// What other nodes have cleared, read from where this node left off, so that one that was cut off clears what it missed once Redis
// answers it again. Nodes have to keep their clocks in step: a node begins to read a little before it began to keep anything.
import { type Clock, LIMITS } from "@holdfast/base";
import type { Redis } from "ioredis";
import { ALIVE } from "../counters/redis-scripts.ts";
import type { Purge } from "./purge.ts";

/** What somebody wants cleared, each with the id of who said it: others say when they have. */
export const PURGES = "holdfast:purges";
/** What calls have cleared: many together, and nobody waits for it. */
export const CLEARINGS = "holdfast:clearings";
export const NODES = "holdfast:purges:nodes";
/** With the id of a purge: who has cleared it. */
export const CLEARED = "holdfast:purges:cleared:";

/** How much another node's clock may be behind. */
const BEHIND_MS = 60_000;
export const BLOCK_MS = 2_000;
const READ_MAX = 100;

/** Entries that are kept of each stream for nodes that are cut off. */
export type KeptEntries = { purges: number; clearings: number };

export type FollowerOptions = {
  /** Of this node. */
  id: string;
  clock: Clock;
  kept: KeptEntries;
  /** Clears it here. Resolves with how many answers went. */
  clear(purges: readonly Purge[]): Promise<number>;
  /** Something was missed, and nobody knows what: clears everything here. */
  clearAll(): Promise<void>;
  /** Hears of each change: whether other nodes are heard. */
  on_change(heard: boolean, error: unknown): void;
};

/** One stream, and the last entry of it that was read. */
type Place = { stream: string; last: string; kept: number };

export class PurgeFollower {
  readonly #redis: Redis;
  readonly #options: FollowerOptions;
  readonly #closing = new AbortController();
  readonly #ended: Promise<void>;
  readonly #places: readonly [Place, Place];
  #heard = true;

  /** `redis`: a connection of its own, which waits for the next entry. */
  constructor(redis: Redis, options: FollowerOptions) {
    this.#redis = redis;
    this.#options = options;
    // What is older cannot mean anything that is kept here: nothing was kept before.
    const last = `${Math.max(0, options.clock.now() - BEHIND_MS)}-0`;
    this.#places = [
      { stream: PURGES, last, kept: options.kept.purges },
      { stream: CLEARINGS, last, kept: options.kept.clearings },
    ];
    this.#ended = this.#follow();
  }

  get heard(): boolean {
    return this.#heard;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#redis.disconnect();
    await this.#ended;
  }

  async #follow(): Promise<void> {
    const { id, clock, on_change } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#redis.eval(ALIVE, 1, NODES, id);
        if (!this.#heard) await this.#comeBack();
        await this.#read();
      } catch (error) {
        if (signal.aborted) return;
        if (this.#heard) on_change(false, error);
        this.#heard = false;
        await clock.sleep(LIMITS.shared_limits_probe_ms, signal).catch(() => undefined);
      }
    }
  }

  async #comeBack(): Promise<void> {
    const { clearAll, on_change } = this.#options;
    const [purges, clearings] = this.#places;
    if ((await this.#hasGap(purges)) || (await this.#hasGap(clearings))) await clearAll();
    this.#heard = true;
    on_change(true, undefined);
  }

  /** Of what came meanwhile the oldest may be gone already. */
  async #hasGap({ stream, last, kept }: Place): Promise<boolean> {
    const [oldest] = await this.#redis.xrange(stream, "-", "+", "COUNT", 1);
    return oldest !== undefined && isAfter(oldest[0], last) && (await this.#redis.xlen(stream)) >= kept;
  }

  async #read(): Promise<void> {
    const [purges, clearings] = this.#places;
    const streams = ["STREAMS", purges.stream, clearings.stream, purges.last, clearings.last] as const;
    const found = await this.#redis.xread("COUNT", READ_MAX, "BLOCK", BLOCK_MS, ...streams);
    for (const [stream, entries] of found ?? []) {
      const place = stream === PURGES ? purges : clearings;
      for (const [entry, fields] of entries) {
        // First: an entry that cannot be read must not be read for ever.
        place.last = entry;
        await this.#clear(stream, entry, fields);
      }
    }
  }

  async #clear(stream: string, entry: string, [, from, , text]: string[]): Promise<void> {
    const { id, clear } = this.#options;
    if (from === id || text === undefined) return;
    const said = JSON.parse(text) as Purge | Purge[];
    const answers = await clear(Array.isArray(said) ? said : [said]);
    if (stream !== PURGES) return;
    const key = `${CLEARED}${entry}`;
    await this.#redis.multi().hset(key, id, answers).pexpire(key, BEHIND_MS).exec();
  }
}

/** Ids of entries are milliseconds and a number within them. */
function isAfter(id: string, other: string): boolean {
  const [ms = 0, number = 0] = id.split("-").map(Number);
  const [other_ms = 0, other_number = 0] = other.split("-").map(Number);
  return ms === other_ms ? number > other_number : ms > other_ms;
}
