// Limits in Redis or Valkey, for gateways on several machines: rates, quotas and places over one connection. One round trip for each.
// Nodes hand in their own time and have to keep it in step (NTP): a node that runs ahead lets its lead's worth of calls through.
import { randomUUID } from "node:crypto";
import { type Clock, LIMITS } from "@holdfast/base";
import { Redis } from "ioredis";
import type { Counters, Limit, Taken } from "./counters.ts";
import { EPOCH_MS } from "./gcra.ts";
import type { LimitState } from "./limit-state.ts";
import type { Placed, Places } from "./places.ts";
import { type QuotaAsk, type Quotas, takenOf } from "./quotas.ts";
import {
  ALIVE,
  GIVE_BACK_QUOTA,
  GIVE_BACK_RATE,
  GIVE_BACK_SLIDING,
  TAKE_PLACE,
  TAKE_QUOTA,
  TAKE_RATE,
  TAKE_SLIDING,
} from "./redis-scripts.ts";
import type { SlidingQuotas } from "./sliding-quotas.ts";
import { KEPT, sliceAt, sliceMsOf, slidingTaken } from "./sliding-window.ts";

// ioredis makes a subclass of String, which leaves V8 with String.prototype as a dictionary: every `charCodeAt` of the process
// then misses its inline cache (measured: 9 % of a call). Looking something up through an object makes it fast again.
const lookUp = (text: string): unknown => text.charCodeAt;
const wrapped = Object.create(String.prototype) as string;
for (let times = 0; times < 100; times++) lookUp(wrapped);

const RATES = "holdfast:limit:";
const QUOTAS = "holdfast:quota:";
const SLIDING = "holdfast:sliding:";
const PLACES = "holdfast:places:";
const NODES = "holdfast:nodes";

export type RedisOptions = {
  clock: Clock;
  answer_ms?: number;
  /** Hears of a lost connection; ioredis connects again by itself. */
  on_problem?: (error: Error) => void;
};

/** Every call rejects when Redis does not answer in time. */
export type RedisState = LimitState & {
  /** Rejects when Redis does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

type RateReply = [allowed: number, remaining: number, retry_after_ms: string, reset_ms: string];
type CountReply = [allowed: number, used: number];
type SlidingReply = [allowed: number, used: number, passes_at: number, empty_at: number];

type WithScripts = Redis & {
  takeRate(key: string, count: number, window_ms: number, burst: number, now_ms: number): Promise<RateReply>;
  giveBackRate(key: string): Promise<number>;
  takeQuota(key: string, count: number, ends_ms: number): Promise<CountReply>;
  giveBackQuota(key: string): Promise<number>;
  takeSliding(key: string, count: number, slice: number, kept: number, slice_ms: number): Promise<SlidingReply>;
  giveBackSliding(key: string, slice: number): Promise<number>;
  takePlace(key: string, nodes: string, most: number, node: string, call: number, dead_ms: number): Promise<CountReply>;
  alive(nodes: string, node: string): Promise<number>;
};

export function createRedisState(url: string, options: RedisOptions): RedisState {
  const redis = connectTo(url, options);
  const places = new RedisPlaces(redis);
  const stopSigns = options.clock.every(LIMITS.shared_limits_node_ms / 4, () => places.giveSign());
  return {
    counters: countersIn(redis),
    quotas: quotasIn(redis),
    sliding: slidingIn(redis),
    places,
    async ping() {
      await redis.ping();
    },
    async close() {
      stopSigns();
      redis.disconnect();
    },
  };
}

function connectTo(url: string, { answer_ms, on_problem }: RedisOptions): WithScripts {
  const redis = new Redis(url, {
    commandTimeout: answer_ms ?? LIMITS.shared_limits_answer_ms,
    maxRetriesPerRequest: 1,
  }) as WithScripts;
  // Calls hear of it themselves; without a listener ioredis would print.
  redis.on("error", on_problem ?? (() => undefined));
  redis.defineCommand("takeRate", { numberOfKeys: 1, lua: TAKE_RATE });
  redis.defineCommand("giveBackRate", { numberOfKeys: 1, lua: GIVE_BACK_RATE });
  redis.defineCommand("takeQuota", { numberOfKeys: 1, lua: TAKE_QUOTA });
  redis.defineCommand("giveBackQuota", { numberOfKeys: 1, lua: GIVE_BACK_QUOTA });
  redis.defineCommand("takeSliding", { numberOfKeys: 1, lua: TAKE_SLIDING });
  redis.defineCommand("giveBackSliding", { numberOfKeys: 1, lua: GIVE_BACK_SLIDING });
  redis.defineCommand("takePlace", { numberOfKeys: 2, lua: TAKE_PLACE });
  redis.defineCommand("alive", { numberOfKeys: 1, lua: ALIVE });
  return redis;
}

function countersIn(redis: WithScripts): Counters {
  return {
    async take(key: string, { rate, burst }: Limit, now_ms: number): Promise<Taken> {
      const { count, window_ms } = rate;
      const reply = await redis.takeRate(RATES + key, count, window_ms, burst, now_ms - EPOCH_MS);
      const [allowed, remaining, retry_after, reset] = reply;
      return {
        allowed: allowed === 1,
        remaining,
        retry_after_ms: Number(retry_after),
        reset_ms: Number(reset),
        limit: burst,
      };
    },
    async giveBack(key) {
      await redis.giveBackRate(RATES + key);
    },
  };
}

function quotasIn(redis: WithScripts): Quotas {
  // Each window has a key of its own: which one a call belongs to is told by its node's clock, not by Redis'.
  const keyOf = (key: string, { ends_ms }: QuotaAsk): string => `${QUOTAS}${key}/${ends_ms}`;
  return {
    async take(key, ask, now_ms) {
      const [allowed, used] = await redis.takeQuota(keyOf(key, ask), ask.count, ask.ends_ms);
      return takenOf(ask, used, now_ms, allowed === 1);
    },
    async giveBack(key, ask) {
      await redis.giveBackQuota(keyOf(key, ask));
    },
  };
}

function slidingIn(redis: WithScripts): SlidingQuotas {
  return {
    async take(key, ask, now_ms) {
      const slice = sliceAt(now_ms, ask);
      const reply = await redis.takeSliding(SLIDING + key, ask.count, slice, KEPT, sliceMsOf(ask));
      const [allowed, used, passes_at, empty_at] = reply;
      return slidingTaken(ask, { allowed: allowed === 1, used, passes_at, empty_at }, now_ms);
    },
    async giveBack(key, ask, taken_ms) {
      await redis.giveBackSliding(SLIDING + key, sliceAt(taken_ms, ask));
    },
  };
}

/** Places are given back by name, so that it may be done again when nobody knows whether it was done. */
class RedisPlaces implements Places {
  readonly #redis: WithScripts;
  /** Another one after each start: what a node held that crashed is nobody's. */
  readonly #node = randomUUID();
  /** Places that could not be given back yet. */
  readonly #owed = new Map<number, string>();
  #calls = 0;

  constructor(redis: WithScripts) {
    this.#redis = redis;
  }

  async take(key: string, most: number): Promise<Placed> {
    const nodes = PLACES + key;
    const call = ++this.#calls;
    try {
      const dead_ms = LIMITS.shared_limits_node_ms;
      const [allowed, taken] = await this.#redis.takePlace(nodes, NODES, most, this.#node, call, dead_ms);
      if (allowed === 0) return { allowed: false };
      return { allowed: true, remaining: most - taken, leave: () => this.#leave(nodes, call) };
    } catch (error) {
      // The place may have been taken all the same.
      this.#owed.set(call, nodes);
      throw error;
    }
  }

  #leave(nodes: string, call: number): void {
    this.#owed.set(call, nodes);
    this.#redis.srem(`${nodes}/${this.#node}`, call).then(
      () => this.#owed.delete(call),
      // The next sign of life tries again.
      () => undefined,
    );
  }

  /** Without it the others take this node for dead. */
  giveSign(): void {
    this.#redis.alive(NODES, this.#node).then(
      () => {
        for (const [call, nodes] of this.#owed) this.#leave(nodes, call);
      },
      // Whether Redis answers is known from the calls that ask it.
      () => undefined,
    );
  }
}
