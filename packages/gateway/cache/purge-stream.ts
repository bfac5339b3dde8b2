// Clearing over Redis or Valkey, for gateways on several machines: each purge is an entry of a stream that every node reads
// (purge-follower.ts). Whoever purges waits for the others; what calls clear goes by the way, many together.
import { randomUUID } from "node:crypto";
import { LIMITS } from "@holdfast/base";
import { Redis } from "ioredis";
import { Clearings } from "./clearings.ts";
import type { Purge } from "./purge.ts";
import {
  BLOCK_MS,
  CLEARED,
  CLEARINGS,
  type FollowerOptions,
  type KeptEntries,
  NODES,
  PURGES,
  PurgeFollower,
} from "./purge-follower.ts";

const LOOK_EVERY_MS = 10;

const KEPT: KeptEntries = { purges: LIMITS.cache_purges_kept, clearings: LIMITS.cache_clearings_kept };

export type PurgeStreamOptions = Omit<FollowerOptions, "id" | "kept"> & {
  /** Names this node to people; two may have the same. */
  node: string;
  /** Hears of each change: whether other nodes are told what calls clear here. */
  on_telling(told: boolean, error: unknown): void;
  kept?: KeptEntries;
};

/** `missing`: nodes that were there a moment ago and did not say in time that they have cleared. */
type Told = { nodes: { node: string; answers: number }[]; missing: string[] };

export type PurgeStream = {
  /** Tells the other nodes, and waits for them. Rejects when Redis does not answer: then they may not know of it. */
  tell(purge: Purge): Promise<Told>;
  /** Tells them a moment later, together with what else was cleared by then. Costs whoever says it nothing. */
  tellSoon(purge: Purge): void;
  close(): Promise<void>;
};

export function openPurgeStream(url: string, { node, on_telling, kept = KEPT, ...following }: PurgeStreamOptions) {
  const { clock } = following;
  const id = `${node}/${randomUUID()}`;
  const redis = connectTo(url, { commandTimeout: LIMITS.cache_purge_answer_ms });
  // A connection that is dead without a word must not be waited on for ever.
  const follower = new PurgeFollower(connectTo(url, { socketTimeout: 3 * BLOCK_MS }), { ...following, id, kept });
  const write = (stream: string, kept_here: number, what: Purge | readonly Purge[]) =>
    redis.xadd(stream, "MAXLEN", "~", kept_here, "*", "from", id, "purge", JSON.stringify(what));
  const clearings = new Clearings({
    clock,
    tell: (purges) => write(CLEARINGS, kept.clearings, purges),
    on_change: on_telling,
  });
  const stream: PurgeStream = {
    async tell(purge) {
      const others = (await readingNodes(redis)).filter((other) => other !== id);
      const entry = await write(PURGES, kept.purges, purge);
      return await waitFor(redis, { others, entry, clock });
    },
    tellSoon: (purge) => clearings.add(purge),
    async close() {
      await clearings.close();
      await follower.close();
      // Nobody has to wait for this node any more. Where it fails they find out by themselves.
      if (follower.heard) await redis.zrem(NODES, id).catch(() => 0);
      redis.disconnect();
    },
  };
  return stream;
}

function connectTo(url: string, more: { commandTimeout?: number; socketTimeout?: number }): Redis {
  // Nothing is sent again by itself: who was cut off has to find out what it missed first.
  const redis = new Redis(url, { maxRetriesPerRequest: 0, ...more });
  // Who asks hears of it; without a listener ioredis would print.
  redis.on("error", () => undefined);
  return redis;
}

type Waiting = { others: readonly string[]; entry: string | null } & Pick<FollowerOptions, "clock">;

async function waitFor(redis: Redis, { others, entry, clock }: Waiting): Promise<Told> {
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
