// Pools of outgoing connections. One pool belongs to one workspace, origin and set of timeouts, so that nothing of one tenant
// travels over a connection of another. What travels is the caller's business.
import { type Cancel, type Clock, LIMITS, type WorkspaceName } from "@holdfast/base";
import { type Dispatcher, Pool } from "undici";
import { type AddressRule, compileAddressRules, DENIED_ADDRESSES } from "./address-rules.ts";
import { createConnector } from "./connector.ts";
import { SWEEP_MS, type WirePool, Wires } from "./wires.ts";

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
  /** The same as bare sockets, for a transport that speaks HTTP itself. */
  wires(workspace: WorkspaceName, origin: string, options: PoolOptions): WirePool;
  /** Gives a pool back. The last one out closes it, after its running requests. */
  release(pool: OutgoingPool | WirePool): Promise<void>;
  /** Ends everything, running requests included. */
  close(): Promise<void>;
};

type Entry = { key: string; pool: Pool | Wires; users: number };

/** Largest read of a plain socket at once, as libuv suggests it. */
const READ_BYTES = 64 * 1024;

/** How long an idle connection is kept; upstreams that announce less are believed. nginx as an upstream keeps 75 s. */
const IDLE_MS = 30_000;

export function createConnections(options: { clock: Clock; deny?: AddressRule[] }): Connections {
  const check = compileAddressRules([...DENIED_ADDRESSES, ...(options.deny ?? [])]);
  const byKey = new Map<string, Entry>();
  const byPool = new Map<OutgoingPool | WirePool, Entry>();
  const shared = Buffer.allocUnsafeSlow(READ_BYTES);
  let stopSweeping: Cancel | undefined;

  function openPool(origin: string, connect_ms: number): Pool {
    return new Pool(origin, {
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
  }

  function openWires(origin: string, connect_ms: number): Wires {
    stopSweeping ??= options.clock.every(SWEEP_MS, sweep);
    return new Wires(new URL(origin), { clock: options.clock, check, connect_ms, shared });
  }

  function sweep(): void {
    for (const { pool } of byKey.values()) if (pool instanceof Wires) pool.sweep(SWEEP_MS);
  }

  function lease<Leased extends Pool | Wires>(key: string, open: () => Leased): Leased {
    const entry = byKey.get(key) ?? { key, pool: open(), users: 0 };
    byKey.set(key, entry);
    byPool.set(entry.pool, entry);
    entry.users++;
    return entry.pool as Leased;
  }

  return {
    pool(workspace, origin, { connect_ms }) {
      return lease(`pool ${workspace} ${origin} ${connect_ms}`, () => openPool(origin, connect_ms));
    },
    wires(workspace, origin, { connect_ms }) {
      return lease(`wires ${workspace} ${origin} ${connect_ms}`, () => openWires(origin, connect_ms));
    },
    async release(pool) {
      const entry = byPool.get(pool);
      if (!entry || --entry.users > 0) return;
      byKey.delete(entry.key);
      byPool.delete(pool);
      await entry.pool.close();
    },
    async close() {
      const all = [...byPool.values()];
      stopSweeping?.();
      stopSweeping = undefined;
      byKey.clear();
      byPool.clear();
      await Promise.all(all.map(({ pool }) => pool.destroy()));
    },
  };
}
