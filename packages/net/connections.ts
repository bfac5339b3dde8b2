// Pools of outgoing connections. One pool belongs to one workspace, origin and set of timeouts, so that nothing of one tenant
// travels over a connection of another. What travels is the caller's business.
import { type Clock, LIMITS, type WorkspaceName } from "@holdfast/base";
import { type Dispatcher, Pool } from "undici";
import { type AddressRule, compileAddressRules, DENIED_ADDRESSES } from "./address-rules.ts";
import { createConnector } from "./connector.ts";

/** One pool. Only the transport of a gateway looks inside. */
export type OutgoingPool = Dispatcher;

export type PoolOptions = {
  /** Time for name resolution, TCP and TLS together. */
  connect_ms: number;
};

export type Connections = {
  /**
   * The pool of this workspace and origin; the same one for the same arguments. Each call must be matched by one `release`.
   * Requests fail with `AddressRefused` or `ConnectTimeout` when there is no connection to be had.
   */
  pool(workspace: WorkspaceName, origin: string, options: PoolOptions): OutgoingPool;
  /** Gives a pool back. The last one out closes it, after its running requests. */
  release(pool: OutgoingPool): Promise<void>;
  /** Ends everything, running requests included. */
  close(): Promise<void>;
};

type Entry = { key: string; pool: Pool; users: number };

/** How long an idle connection is kept; upstreams that announce less are believed. nginx as an upstream keeps 75 s. */
const IDLE_MS = 30_000;

export function createConnections(options: { clock: Clock; deny?: AddressRule[] }): Connections {
  const check = compileAddressRules([...DENIED_ADDRESSES, ...(options.deny ?? [])]);
  const byKey = new Map<string, Entry>();
  const byPool = new Map<OutgoingPool, Entry>();

  function open(key: string, origin: string, connect_ms: number): Entry {
    const pool = new Pool(origin, {
      connect: createConnector(options.clock, check, connect_ms),
      connections: LIMITS.upstream_connections_max,
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      maxHeaderSize: LIMITS.upstream_head_bytes_max,
      // The gateway's own deadlines are finer than undici's timers, and one of the two has to be the judge.
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
    });
    const entry = { key, pool, users: 0 };
    byKey.set(key, entry);
    byPool.set(pool, entry);
    return entry;
  }

  return {
    pool(workspace, origin, { connect_ms }) {
      const key = `${workspace} ${origin} ${connect_ms}`;
      const entry = byKey.get(key) ?? open(key, origin, connect_ms);
      entry.users++;
      return entry.pool;
    },
    async release(pool) {
      const entry = byPool.get(pool);
      if (!entry || --entry.users > 0) return;
      byKey.delete(entry.key);
      byPool.delete(pool);
      await entry.pool.close();
    },
    async close() {
      const all = [...byPool.keys()];
      byKey.clear();
      byPool.clear();
      await Promise.all(all.map((pool) => pool.destroy()));
    },
  };
}
