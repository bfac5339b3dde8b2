// Purges over Redis or Valkey, for gateways on several machines: each is an entry of one stream that every node reads from where it
// left off, so that a node that was cut off clears what it missed once Redis answers it again. Whoever purges waits for the others.
// Nodes have to keep their clocks in step: a node begins to read a little before it began to keep anything.
import { randomUUID } from "node:crypto";
import { type Clock, LIMITS } from "@holdfast/base";
import { Redis } from "ioredis";
import { ALIVE } from "../counters/redis-scripts.ts";
import type { Purge } from "./purge.ts";

const PURGES = "holdfast:purges";
const NODES = "holdfast:purges:nodes";
/** With the id of a purge: who has cleared it. */
const CLEARED = "holdfast:purges:cleared:";

/** How much another node's clock may be behind. */
const BEHIND_MS = 60_000;
const BLOCK_MS = 2_000;
const READ_MAX = 100;
const LOOK_EVERY_MS = 10;

export type PurgeStreamOptions = {
  /** Names this node to people; two may have the same. */
  node: string;
  clock: Clock;
  /** Clears it here. Resolves with how many answers went. */
  clear(purge: Purge): Promise<number>;
  /** Purges were missed, and nobody knows which: clears everything here. */
  clearAll(): Promise<void>;
  /** Hears of each change: whether purges of other nodes are heard. */
  on_change(heard: boolean, error: unknown): void;
  /** Purges that are kept for nodes that are cut off. */
  kept?: number;
};

/** `missing`: nodes that were there a moment ago and did not say in time that they have cleared. */
type Told = { nodes: { node: string; answers: number }[]; missing: string[] };

export type PurgeStream = {
  /** Tells the other nodes, and waits for them. Rejects when Redis does not answer: then they may not know of it. */
  tell(purge: Purge): Promise<Told>;
  close(): Promise<void>;
};

export function openPurgeStream(url: string, options: PurgeStreamOptions): PurgeStream {
  const id = `${options.node}/${randomUUID()}`;
  const redis = connectTo(url, { commandTimeout: LIMITS.cache_purge_answer_ms });
  const follower = new Follower(url, id, options);
  return {
    tell: (purge) => tell(redis, purge, { ...options, id }),
    async close() {
      await follower.close();
      // Nobody has to wait for this node any more. Where it fails they find out by themselves.
      if (follower.heard) await redis.zrem(NODES, id).catch(() => 0);
      redis.disconnect();
    },
  };
}

function connectTo(url: string, more: { commandTimeout?: number; socketTimeout?: number }): Redis {
  // Nothing is sent again by itself: who was cut off has to find out what it missed first.
  const redis = new Redis(url, { maxRetriesPerRequest: 0, ...more });
  // Who asks hears of it; without a listener ioredis would print.
  redis.on("error", () => undefined);
  return redis;
}

async function tell(
  redis: Redis,
  purge: Purge,
  { id, clock, kept = LIMITS.cache_purges_kept }: PurgeStreamOptions & { id: string },
): Promise<Told> {
  const others = (await readingNodes(redis)).filter((node) => node !== id);
  const fields = ["from", id, "purge", JSON.stringify(purge)];
  const entry = await redis.xadd(PURGES, "MAXLEN", "~", kept, "*", ...fields);
  const until = clock.now() + LIMITS.cache_purge_answer_ms;
  for (;;) {
    const cleared = Object.entries(await redis.hgetall(`${CLEARED}${entry}`));
    const missing = others.filter((node) => !cleared.some(([by]) => by === node));
    if (missing.length === 0 || clock.now() >= until) {
      const nodes = cleared.map(([by, answers]) => ({ node: nameOf(by), answers: Number(answers) }));
      return { nodes, missing: missing.map(nameOf) };
    }
    await clock.sleep(LOOK_EVERY_MS);
  }
}

/** Those that gave a sign of life lately, by the clock of Redis. */
async function readingNodes(redis: Redis): Promise<string[]> {
  const [seconds] = await redis.time();
  return await redis.zrangebyscore(NODES, Number(seconds) * 1000 - LIMITS.shared_limits_node_ms, "+inf");
}

function nameOf(id: string): string {
  return id.slice(0, id.lastIndexOf("/"));
}

/** Reads the stream over a connection of its own, which waits for the next entry. */
class Follower {
  readonly #redis: Redis;
  readonly #id: string;
  readonly #options: PurgeStreamOptions;
  readonly #closing = new AbortController();
  readonly #ended: Promise<void>;
  #heard = true;
  #last: string;

  constructor(url: string, id: string, options: PurgeStreamOptions) {
    // A connection that is dead without a word must not be waited on for ever.
    this.#redis = connectTo(url, { socketTimeout: 3 * BLOCK_MS });
    this.#id = id;
    this.#options = options;
    // What is older cannot mean anything that is kept here: nothing was kept before.
    this.#last = `${Math.max(0, options.clock.now() - BEHIND_MS)}-0`;
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
    const { clock, on_change } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#redis.eval(ALIVE, 1, NODES, this.#id);
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

  /** Of what came meanwhile the oldest may be gone already. */
  async #comeBack(): Promise<void> {
    const { kept = LIMITS.cache_purges_kept, clearAll, on_change } = this.#options;
    const [oldest] = await this.#redis.xrange(PURGES, "-", "+", "COUNT", 1);
    const is_cut = oldest !== undefined && isAfter(oldest[0], this.#last);
    if (is_cut && (await this.#redis.xlen(PURGES)) >= kept) await clearAll();
    this.#heard = true;
    on_change(true, undefined);
  }

  async #read(): Promise<void> {
    const place = ["STREAMS", PURGES, this.#last] as const;
    const found = await this.#redis.xread("COUNT", READ_MAX, "BLOCK", BLOCK_MS, ...place);
    for (const [entry, fields] of found?.[0]?.[1] ?? []) {
      // First: an entry that cannot be read must not be read for ever.
      this.#last = entry;
      await this.#clear(entry, fields);
    }
  }

  async #clear(entry: string, [, from, , text]: string[]): Promise<void> {
    if (from === this.#id || text === undefined) return;
    const answers = await this.#options.clear(JSON.parse(text) as Purge);
    const key = `${CLEARED}${entry}`;
    await this.#redis.multi().hset(key, this.#id, answers).pexpire(key, BEHIND_MS).exec();
  }
}

/** Ids of entries are milliseconds and a number within them. */
function isAfter(id: string, other: string): boolean {
  const [ms = 0, number = 0] = id.split("-").map(Number);
  const [other_ms = 0, other_number = 0] = other.split("-").map(Number);
  return ms === other_ms ? number > other_number : ms > other_ms;
}
