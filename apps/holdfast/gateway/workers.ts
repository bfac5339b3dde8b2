// All gateway worker threads: they share one port and one set of limit counters, and run one plan.
import type { Clock, Log } from "@holdfast/base";
import type { Plan } from "@holdfast/contract";
import { createSharedCounters, type TransportName } from "@holdfast/gateway";
import { Slot } from "./slot.ts";

export type WorkersOptions = {
  count: number;
  node: string;
  host: string;
  /** 0 takes a free port. */
  port: number;
  plan: () => Plan;
  spool_dir: string;
  redis_url: string | undefined;
  transport?: TransportName | undefined;
  clock: Clock;
  log: Log;
};

export type GatewayWorkers = {
  port: number;
  /** Resolves when every thread that serves runs the plan. Never rejects. */
  deploy(plan: Plan): Promise<void>;
  status(): { wanted: number; serving: number; plan: number; records_dropped: number };
  drain(within_ms: number): Promise<void>;
};

/** Rejects when a worker cannot serve. */
export async function startWorkers(options: WorkersOptions): Promise<GatewayWorkers> {
  const counters = options.redis_url ? undefined : createSharedCounters().buffer;
  const slotAt = (index: number, port: number): Slot =>
    new Slot({
      clock: options.clock,
      log: options.log,
      plan: options.plan,
      start: {
        node: `${options.node}-${index + 1}`,
        host: options.host,
        port,
        spool_dir: options.spool_dir,
        counters,
        redis_url: options.redis_url,
        transport: options.transport,
      },
    });
  const first = slotAt(0, options.port);
  const opening = first.open();
  // Which port is free is known when the first thread has it.
  const port = options.port === 0 ? await opening : options.port;
  const others = Array.from({ length: options.count - 1 }, (_, index) => slotAt(index + 1, port));
  const slots = [first, ...others];
  await Promise.all([opening, ...others.map((slot) => slot.open())]);
  return {
    port,
    deploy: async (plan) => void (await Promise.all(slots.map((slot) => slot.deploy(plan)))),
    status: () => ({
      wanted: slots.length,
      serving: slots.filter(({ serving }) => serving).length,
      plan: Math.min(...slots.map(({ plan }) => plan)),
      records_dropped: slots.reduce((sum, { dropped }) => sum + dropped, 0),
    }),
    drain: async (within_ms) => void (await Promise.all(slots.map((slot) => slot.drain(within_ms)))),
  };
}
