// Who uses which pool: one pool per key, counted, closed by the last who gives it back, and kept on the addresses of its name.
import type { Cancel, Clock } from "@holdfast/base";
import { type Dispatcher, Pool } from "undici";
import type { Dialer } from "./dialer.ts";
import type { Names } from "./names.ts";
import { hostOf } from "./target.ts";
import { SWEEP_MS, type WirePool, type Wires } from "./wires.ts";

/** A pool as its users know it. */
export type LeasedPool = Dispatcher | WirePool | Dialer;

type Leasable = Pool | Wires | Dialer;
type Lease = { key: string; pool: Leasable; host: string; users: number };

export class Leases {
  readonly #clock: Clock;
  readonly #names: Names;
  readonly #by_key = new Map<string, Lease>();
  readonly #by_pool = new Map<LeasedPool, Lease>();
  #stopSweeping: Cancel | undefined;

  constructor(clock: Clock, names: Names) {
    this.#clock = clock;
    this.#names = names;
  }

  /** The pool of this key, opened where there is none. A key stands for pools of one kind. */
  take<Leased extends Leasable>(key: string, origin: string, open: () => Leased): Leased {
    this.#stopSweeping ??= this.#clock.every(SWEEP_MS, () => this.#sweep());
    const lease = this.#by_key.get(key) ?? { key, pool: open(), host: hostOf(new URL(origin)), users: 0 };
    this.#by_key.set(key, lease);
    this.#by_pool.set(lease.pool, lease);
    lease.users++;
    return lease.pool as Leased;
  }

  /** Connections of a pool, open or being opened. */
  open(pool: LeasedPool): number {
    const leased = this.#by_pool.get(pool)?.pool;
    return leased instanceof Pool ? leased.stats.connected : (leased?.size ?? 0);
  }

  async release(pool: LeasedPool): Promise<void> {
    const lease = this.#by_pool.get(pool);
    if (!lease || --lease.users > 0) return;
    this.#by_key.delete(lease.key);
    this.#by_pool.delete(pool);
    await lease.pool.close();
  }

  async close(): Promise<void> {
    const all = [...this.#by_pool.values()];
    this.#stopSweeping?.();
    this.#stopSweeping = undefined;
    this.#by_key.clear();
    this.#by_pool.clear();
    await Promise.all(all.map(({ pool }) => pool.destroy()));
  }

  #sweep(): void {
    const in_use = new Set<string>();
    for (const { pool, host } of this.#by_key.values()) {
      in_use.add(host);
      if (pool instanceof Pool) continue;
      pool.sweep(SWEEP_MS);
      const known = pool.by_name ? this.#names.known(host) : undefined;
      if (known && known.length > 0) pool.follow(known.map(({ address }) => address));
    }
    this.#names.refresh(in_use);
  }
}
