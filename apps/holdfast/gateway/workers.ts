// All gateway worker threads: they share one port and one set of limit counters, and run one plan.
import type { Clock, Log } from "@holdfast/base";
import type { GatewayFigures, Plan, UpstreamReport } from "@holdfast/contract";
import type { PurgeOutcome } from "@holdfast/control";
import {
  addFigures,
  type GatewayTls,
  giveUpPlaces,
  NO_FIGURES,
  newLimitBuffers,
  type Purge,
  setUpHeaps,
  type TransportName,
  type TrustedProxies,
} from "@holdfast/gateway";
import { type Caches, openCaches } from "./caches.ts";
import { keepQuotas, type QuotaBuffers, type QuotaFiles, readQuotas } from "./quota-file.ts";
import { Slot, type SlotTools } from "./slot.ts";

export type WorkersOptions = {
  count: number;
  node: string;
  host: string;
  /** 0 takes a free port. */
  port: number;
  plan: () => Plan;
  spool_dir: string;
  redis_url: string | undefined;
  /** Where quotas are kept over a restart. Default: nowhere; with Redis, Redis keeps them. */
  quotas_path?: string;
  /** Whose `X-Forwarded-*` are believed. Default: nobody's. */
  trusted_proxies?: TrustedProxies | undefined;
  /** Each thread calls itself before it serves (`warmUp`). Default: no. */
  warm_up?: boolean;
  transport?: TransportName | undefined;
  /** Its port is a number that is free: all threads share it. */
  tls?: GatewayTls | undefined;
  clock: Clock;
  log: Log;
};

export type GatewayWorkers = {
  port: number;
  /** Resolves when every thread that serves runs the plan. Never rejects. */
  deploy(plan: Plan): Promise<void>;
  status(): {
    wanted: number;
    serving: number;
    plan: number;
    /** Some thread cannot run the newest plan, and goes on with the last that it ran. */
    plan_refused: boolean;
    records_dropped: number;
    /** Redis does not answer some thread: limits are counted by this node alone. */
    limits_local: boolean;
  };
  /** One list for each thread that serves. */
  upstreams(): Promise<UpstreamReport[][]>;
  /** What all threads have counted, also those that ended. */
  figures(): Promise<GatewayFigures>;
  /** Clears it in all threads and, with Redis, on all other nodes. Never rejects: `told` says whether they were told. */
  purge(purge: Purge): Promise<PurgeOutcome>;
  /** Another process takes over: it keeps what has to be kept, and these go on until they are drained. */
  handOver(): Promise<void>;
  drain(within_ms: number): Promise<void>;
};

/** Rejects when a worker cannot serve. */
export async function startWorkers(options: WorkersOptions): Promise<GatewayWorkers> {
  setUpHeaps();
  const limits = { ...newLimitBuffers(options.count), ...keptQuotas(options) };
  const slots: Slot[] = [];
  const caches = openCaches(slots, options);
  const slotAt = (index: number, port: number): Slot =>
    new Slot({
      clock: options.clock,
      log: options.log,
      plan: options.plan,
      on_purge: (purge) => caches.clearedBy(index, purge),
      on_gone: () => giveUpPlaces(limits, index),
      start: threadStart(options, { thread: index, port, limits }),
    });
  try {
    const port = await openAll(slots, slotAt, options);
    return workersIn(slots, port, { caches, quota_files: quotaFilesOf(options, limits), log: options.log });
  } catch (error) {
    await caches.close();
    throw error;
  }
}

/** Resolves with the port that all of them have. */
async function openAll(
  slots: Slot[],
  slotAt: (index: number, port: number) => Slot,
  { port: wanted, count }: WorkersOptions,
): Promise<number> {
  const first = slotAt(0, wanted);
  const opening = first.open();
  // Which port is free is known when the first thread has it.
  const port = wanted === 0 ? await opening : wanted;
  const others = Array.from({ length: count - 1 }, (_, index) => slotAt(index + 1, port));
  slots.push(first, ...others);
  await Promise.all([opening, ...others.map((slot) => slot.open())]);
  return port;
}

type Start = SlotTools["start"];

function threadStart(
  options: WorkersOptions,
  { thread, port, limits }: { thread: number; port: number; limits: Start["limits"] },
): Start {
  return {
    node: `${options.node}-${thread + 1}`,
    host: options.host,
    port,
    spool_dir: options.spool_dir,
    limits,
    thread,
    workers: options.count,
    redis_url: options.redis_url,
    trusted_proxies: options.trusted_proxies,
    warm_up: options.warm_up ?? false,
    transport: options.transport,
    tls: options.tls,
  };
}

function workersIn(
  slots: readonly Slot[],
  port: number,
  { caches, quota_files, log }: { caches: Caches; quota_files: QuotaFiles | undefined; log: Log },
): GatewayWorkers {
  let files = quota_files;
  const closeFiles = async (): Promise<void> => {
    const open = files;
    files = undefined;
    await open
      ?.close()
      .catch((error: unknown) => log.error({ error: String(error) }, "quotas could not be written to disk"));
  };
  return {
    port,
    deploy: async (plan) => void (await Promise.all(slots.map((slot) => slot.deploy(plan)))),
    status: () => statusOf(slots),
    upstreams: () => Promise.all(slots.filter(({ serving }) => serving).map((slot) => slot.upstreams())),
    figures: async () => (await Promise.all(slots.map((slot) => slot.figures()))).reduce(addFigures, NO_FIGURES),
    purge: caches.purge,
    handOver: closeFiles,
    async drain(within_ms) {
      await Promise.all(slots.map((slot) => slot.shut()));
      await Promise.all(slots.map((slot) => slot.drain(within_ms)));
      // Behind them: the last calls may have cleared something.
      await caches.close();
      await closeFiles();
    },
  };
}

function statusOf(slots: readonly Slot[]): ReturnType<GatewayWorkers["status"]> {
  return {
    wanted: slots.length,
    serving: slots.filter(({ serving }) => serving).length,
    plan: Math.min(...slots.map(({ plan }) => plan)),
    plan_refused: slots.some(({ plan_refused }) => plan_refused),
    records_dropped: slots.reduce((sum, { dropped }) => sum + dropped, 0),
    limits_local: slots.some(({ limits_local }) => limits_local),
  };
}

function keptQuotas(options: WorkersOptions): Partial<QuotaBuffers> {
  return options.quotas_path === undefined ? {} : readQuotas(options.quotas_path, options);
}

function quotaFilesOf(options: WorkersOptions, limits: QuotaBuffers): QuotaFiles | undefined {
  return options.quotas_path === undefined ? undefined : keepQuotas(options.quotas_path, limits, options);
}
