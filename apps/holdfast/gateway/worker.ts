// A gateway worker thread: one listener, one plan, one spool of call records. It knows nothing of the rest of the process.
import { parentPort, workerData } from "node:worker_threads";
import { idSource, type Log, systemClock } from "@holdfast/base";
import {
  createRedisCounters,
  createSharedCounters,
  type Gateway,
  type RedisCounters,
  startGateway,
} from "@holdfast/gateway";
import { createSpoolWriter, type SpoolWriter } from "@holdfast/telemetry";
import type { FromWorker, ToWorker, WorkerStart } from "./messages.ts";

const STATS_EVERY_MS = 1_000;

const main = parentPort;
if (!main) throw new Error("a gateway worker is started by the main thread");
const send = (message: FromWorker): void => main.postMessage(message);

const log: Log = {
  debug: (fields, message) => send({ kind: "log", level: "debug", fields, message }),
  info: (fields, message) => send({ kind: "log", level: "info", fields, message }),
  warn: (fields, message) => send({ kind: "log", level: "warn", fields, message }),
  error: (fields, message) => send({ kind: "log", level: "error", fields, message }),
};

async function serve(start: WorkerStart): Promise<void> {
  const { spool_dir: dir, node, redis_url } = start;
  const spool = createSpoolWriter({
    dir,
    node,
    clock: systemClock,
    on_problem: (problem) => log.error({ problem }, "the spool of call records has a problem"),
  });
  const redis = redis_url ? createRedisCounters(redis_url) : undefined;
  const gateway = await startGateway({
    ...start,
    clock: systemClock,
    ids: idSource(),
    counters: redis ?? createSharedCounters(start.counters),
    records: spool,
    log,
    reuse_port: true,
  });
  obey({ gateway, spool, redis });
  send({ kind: "serving", port: gateway.port });
}

type Parts = { gateway: Gateway; spool: SpoolWriter; redis: RedisCounters | undefined };

/** Does what the main thread says, and tells it how the spool is doing. */
function obey(parts: Parts): void {
  const stopStats = systemClock.every(STATS_EVERY_MS, () => {
    send({ kind: "stats", records_dropped: parts.spool.dropped() });
  });
  main?.on("message", (message: ToWorker) => {
    if (message.kind === "plan") {
      parts.gateway.swap(message.plan);
      send({ kind: "running", plan: message.plan.number });
      return;
    }
    stopStats();
    void drain(parts, message.within_ms);
  });
}

async function drain({ gateway, spool, redis }: Parts, within_ms: number): Promise<void> {
  await gateway.drain(within_ms);
  await spool.close();
  await redis?.close();
  send({ kind: "drained" });
  main?.close();
}

serve(workerData as WorkerStart).catch((error: Error) => {
  send({ kind: "failed", message: error.message });
  main.close();
});
