// Pools of outgoing connections. One pool belongs to one workspace, origin and set of timeouts, so that nothing of one tenant
// travels over a connection of another. What travels is the caller's business.
import { type Clock, LIMITS, type WorkspaceName } from "@holdfast/base";
import { type Dispatcher, Pool } from "undici";
import { type AddressRule, compileAddressRules, DENIED_ADDRESSES } from "./address-rules.ts";
import { Closings } from "./closings.ts";
import { createConnector } from "./connector.ts";
import { DialQueue } from "./dial-queue.ts";
import { Dialer } from "./dialer.ts";
import { type LeasedPool, Leases } from "./leases.ts";
import { createNames } from "./names.ts";
import type { Opening } from "./open-socket.ts";
import { reach } from "./reach.ts";
import { createResolve, type Resolve } from "./resolve.ts";
import { hostOf } from "./target.ts";
import type { TlsOptions } from "./tls.ts";
import { type WirePool, Wires } from "./wires.ts";

/** One pool. Only the transport of a gateway looks inside. */
export type OutgoingPool = Dispatcher;

export type PoolOptions = {
  /** Time for name resolution, TCP and TLS together. */
  connect_ms: number;
  tls?: TlsOptions | undefined;
  /**
   * Says apart what must not share a connection: a digest of the credential that travels on it or that opened it, or what it is for.
   * Whoever gives `tls` gives this as well.
   */
  apart?: string | undefined;
};

export type Connections = {
  /**
   * The pool of this workspace and origin; the same one for the same arguments. Each call must be matched by one `release`.
   * Requests fail with `AddressRefused` or `ConnectTimeout` when there is no connection to be had.
   */
  pool(workspace: WorkspaceName, origin: string, options: PoolOptions): OutgoingPool;
  /** The same as bare sockets, for a transport that speaks HTTP itself. */
  wires(workspace: WorkspaceName, origin: string, options: PoolOptions): WirePool;
  /** For a protocol that shares connections among requests: opens them, and leaves keeping them to whoever asked first. */
  dialer(workspace: WorkspaceName, origin: string, options: PoolOptions & { alpn: string }): Dialer;
  /** Opens a connection and closes it again, TCP only. Rejects with `AddressRefused`, `ConnectTimeout` or why else there is none. */
  reach(origin: string, connect_ms: number): Promise<void>;
  /** Connections of a pool, open or being opened. */
  open(pool: LeasedPool): number;
  /** Gives a pool back. The last one out closes it, after its running requests. */
  release(pool: LeasedPool): Promise<void>;
  /** Ends everything, running requests included. */
  close(): Promise<void>;
};

/** Largest read of a plain socket at once, as libuv suggests it. */
const READ_BYTES = 64 * 1024;

/** How long an idle connection is kept; upstreams that announce less are believed. nginx as an upstream keeps 75 s. */
const IDLE_MS = 30_000;

export type ConnectionsOptions = {
  clock: Clock;
  deny?: AddressRule[];
  /** Who says what names stand for. Default: the system's DNS servers. */
  resolve?: Resolve;
  /** Called before connections are opened: whoever holds back what is meant for open ones hands it over first. */
  before_dials?: () => void;
};

/** What all connections that are opened here share. */
type Common = Pick<Opening, "clock" | "check" | "names" | "shared" | "closings">;

function commonOf({ clock, deny = [], resolve = createResolve() }: ConnectionsOptions): Common {
  const check = compileAddressRules([...DENIED_ADDRESSES, ...deny]);
  const names = createNames(clock, resolve);
  return { clock, check, names, shared: Buffer.allocUnsafeSlow(READ_BYTES), closings: new Closings(clock) };
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { clock, before_dials = () => undefined } = options;
  const common = commonOf(options);
  const leases = new Leases(clock, common.names);
  const dials = new DialQueue(clock, before_dials);
  return {
    pool(workspace, origin, pool) {
      return leases.take(keyOf("pool", workspace, origin, pool), origin, () => openPool(origin, pool, common));
    },
    wires(workspace, origin, pool) {
      const { connect_ms, tls } = pool;
      const key = keyOf("wires", workspace, origin, pool);
      return leases.take(key, origin, () => new Wires(new URL(origin), { ...common, dials, connect_ms, tls }));
    },
    dialer(workspace, origin, { alpn, connect_ms, tls, apart }) {
      const key = keyOf(`dialer ${alpn}`, workspace, origin, { connect_ms, apart });
      return leases.take(key, origin, () => new Dialer(new URL(origin), { ...common, connect_ms, tls, alpn }));
    },
    reach: (origin, connect_ms) => reach(new URL(origin), { ...common, connect_ms }),
    open: (pool) => leases.open(pool),
    release: (pool) => leases.release(pool),
    close: () => leases.close(),
  };
}

function openPool(origin: string, { connect_ms, tls }: PoolOptions, { clock, check, names }: Common): Pool {
  return new Pool(origin, {
    connect: createConnector({ clock, check, connect_ms, names, host: hostOf(new URL(origin)), tls }),
    // A name may mean other addresses by then.
    clientTtl: LIMITS.name_ttl_ms_max,
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

function keyOf(
  kind: string,
  workspace: WorkspaceName,
  origin: string,
  { connect_ms, apart = "" }: PoolOptions,
): string {
  return `${kind} ${workspace} ${origin} ${connect_ms} ${apart}`;
}
