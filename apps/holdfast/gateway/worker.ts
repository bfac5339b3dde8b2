// A gateway worker thread: one listener, one plan, one spool of call records. It knows nothing of the rest of the process.
import { parentPort, workerData } from "node:worker_threads";
import { idSource, type Log, runInSlices, systemClock } from "@holdfast/base";
import {
  createRedisState,
  type Gateway,
  type RedisState,
  type StandIn,
  sharedState,
  startGateway,
  warmUp,
  withStandIn,
} from "@holdfast/gateway";
import { createSpoolWriter, rehearseRecords, type SpoolWriter } from "@holdfast/telemetry";
import { errorText } from "./error-text.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./messages.ts";
import { unpackPlan } from "./plan-parts.ts";

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
  if (start.warm_up) await warmUp({ ...start, clock: systemClock, log, records: rehearseRecords() });
  const local = sharedState(start.limits, start.thread);
  const redis = redis_url ? openRedis(redis_url, local) : undefined;
  const gateway = await startGateway({
    ...start,
    clock: systemClock,
    ids: idSource(),
    ...local,
    ...redis?.state,
    records: spool,
    log,
    reuse_port: true,
    on_purge: (purge) => send({ kind: "purge", purge }),
  });
  obey({ gateway, spool, redis });
  send({ kind: "serving", port: gateway.port });
}

type SharedLimits = { state: StandIn; remote: RedisState };

/** Limits in Redis, and in the memory of this process while it does not answer. */
function openRedis(url: string, local: ReturnType<typeof sharedState>): SharedLimits {
  const remote = createRedisState(url, { clock: systemClock });
  const state = withStandIn(remote, local, {
    clock: systemClock,
    on_change(shared, error) {
      if (shared) log.info({}, "limits are counted in Redis again");
      else log.warn({ error: String(error) }, "Redis does not answer: limits are counted by this node alone");
    },
  });
  return { state, remote };
}

type Parts = { gateway: Gateway; spool: SpoolWriter; redis: SharedLimits | undefined };

/** Does what the main thread says, and tells it how the spool is doing. */
function obey(parts: Parts): void {
  const stopStats = systemClock.every(STATS_EVERY_MS, () => {
    const limits_local = parts.redis?.state.shared() === false;
    send({ kind: "stats", records_dropped: parts.spool.dropped(), limits_local });
  });
  const draining = new AbortController();
  let taken: Promise<void> = Promise.resolve();
  main?.on("message", (message: ToWorker) => {
    switch (message.kind) {
      case "plan":
        taken = taken.then(() => takeUp(message, parts.gateway, draining.signal));
        break;
      case "drain":
        stopStats();
        draining.abort();
        void drain(parts, message.within_ms);
        break;
      default:
        send(answerTo(message, parts.gateway));
    }
  });
}

function answerTo(message: Exclude<ToWorker, { kind: "drain" | "plan" }>, gateway: Gateway): FromWorker {
  switch (message.kind) {
    case "upstreams":
      return { kind: "upstreams", upstreams: gateway.upstreams() };
    case "figures":
      return { kind: "figures", figures: gateway.figures() };
    case "purge": {
      const answers = message.purges.reduce((sum, purge) => sum + gateway.purge(purge), 0);
      return { kind: "purged", question: message.question, answers };
    }
    case "shut":
      gateway.shut();
      return { kind: "shut" };
  }
}

type NewPlan = Extract<ToWorker, { kind: "plan" }>;

/** A plan that cannot be run is a fault of ours, and no reason to stop serving. One that is given up because the thread ends is none. */
async function takeUp({ number, parts }: NewPlan, gateway: Gateway, draining: AbortSignal): Promise<void> {
  try {
    await gateway.swap(await runInSlices(unpackPlan(parts), systemClock, draining));
    send({ kind: "running", plan: number });
  } catch (error) {
    if (!draining.aborted) send({ kind: "refused", plan: number, message: errorText(error) });
  }
}

async function drain({ gateway, spool, redis }: Parts, within_ms: number): Promise<void> {
  await gateway.drain(within_ms);
  await spool.close();
  redis?.state.stop();
  await redis?.remote.close();
  send({ kind: "drained" });
  main?.close();
}

serve(workerData as WorkerStart).catch((error: Error) => {
  send({ kind: "failed", message: error.message });
  main.close();
});
