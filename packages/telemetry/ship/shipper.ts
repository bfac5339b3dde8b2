// Runs rounds of shipping one after the other for as long as the process lives, and trims the spool between them. A store that
// refuses is tried again: the records wait on disk.
import { type Clock, type Instant, LIMITS, type Log } from "@holdfast/base";
import type { TelemetryStore } from "../store.ts";
import { createRounds, type Rounds, type RoundsOptions, type Shipped } from "./rounds.ts";
import { trimSpool } from "./trim.ts";

export type ShipperStatus = Shipped & {
  /** Bytes of the spool that were not in the store when last looked at, and since when there are such; null: there are none. */
  lag_bytes: number;
  behind_since: Instant | null;
  /** The store refused the last round, as on a full disk. */
  refused: boolean;
  /** Records deleted from a full spool before they were shipped, over the store's life. */
  lost: number;
  spool_bytes: number;
};

export type Shipper = {
  /** Resolves when everything that was on disk at the time of the call is in the store; rejects when the store refuses. */
  flush(): Promise<void>;
  status(): ShipperStatus;
  /** Ends after the present round. */
  stop(): Promise<void>;
};

export type ShipperOptions = RoundsOptions & {
  clock: Clock;
  log: Log;
  /** After each round that the store refused. */
  on_failure: (error: unknown) => void;
  spool_bytes_max?: number;
};

const POLL_MS = 150;
const RETRY_MS = 1_000;
const TRIM_EVERY_MS = 5_000;

type Waiter = { resolve: () => void; reject: (error: unknown) => void };

export async function startShipper(options: ShipperOptions): Promise<Shipper> {
  const { store, clock } = options;
  const rounds = await createRounds(options);
  const trim = await createTrim(options, rounds, store);
  let waiters: Waiter[] = [];
  let behind_since: Instant | null = null;
  let refused = false;
  let waking = new AbortController();
  let stopped = false;

  async function round(): Promise<boolean> {
    const served = waiters;
    waiters = [];
    behind_since ??= clock.now();
    try {
      await rounds.ship();
      behind_since = null;
      refused = false;
      for (const { resolve } of served) resolve();
      return true;
    } catch (error) {
      refused = true;
      for (const { reject } of served) reject(error);
      options.on_failure(error);
      return false;
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      const shipped = await round();
      await trim.run();
      if (waiters.length === 0) await pause(shipped ? POLL_MS : RETRY_MS);
    }
    await round();
    for (const { reject } of waiters) reject(new Error("the shipper has stopped"));
  }

  async function pause(delay_ms: number): Promise<void> {
    if (stopped) return;
    waking = new AbortController();
    // It rejects when somebody wakes it, which is no error.
    await clock.sleep(delay_ms, waking.signal).catch(() => undefined);
  }

  /** A round that finds nothing is not behind, however long it takes to look. */
  function lag(): Pick<ShipperStatus, "lag_bytes" | "behind_since"> {
    const lag_bytes = rounds.lag_bytes();
    return { lag_bytes, behind_since: lag_bytes > 0 ? behind_since : null };
  }

  const running = run();
  return {
    flush() {
      const flushed = new Promise<void>((resolve, reject) => void waiters.push({ resolve, reject }));
      waking.abort();
      return flushed;
    },
    status: () => ({ ...rounds.shipped(), ...trim.status(), ...lag(), refused }),
    async stop() {
      stopped = true;
      waking.abort();
      await running;
    },
  };
}

async function createTrim(options: ShipperOptions, rounds: Rounds, store: TelemetryStore) {
  const { dir, clock, log, spool_bytes_max = LIMITS.spool_bytes_max } = options;
  let lost = await store.lost();
  let spool_bytes = 0;
  let last_at: Instant | undefined;
  return {
    status: () => ({ lost, spool_bytes }),
    async run(): Promise<void> {
      if (last_at !== undefined && clock.now() - last_at < TRIM_EVERY_MS) return;
      last_at = clock.now();
      try {
        const trimmed = await trimSpool(dir, rounds.positions(), spool_bytes_max);
        spool_bytes = trimmed.spool_bytes;
        for (const loss of trimmed.losses) {
          rounds.noteLoss(loss);
          lost += loss.records;
          log.error({ ...loss }, "the spool is full: records were deleted before they reached the store of calls");
        }
      } catch (error) {
        log.warn({ error: String(error) }, "the spool could not be trimmed");
      }
    },
  };
}
