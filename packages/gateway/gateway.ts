// A gateway worker: one listener, one runtime at a time, any number of calls.
import { type Clock, type IdSource, LIMITS, type Log, PROBLEMS } from "@holdfast/base";
import type { Plan } from "@holdfast/contract";
import { createConnections } from "@holdfast/net";
import type { Counters } from "./counters/counters.ts";
import { problemBody } from "./pipeline/answer.ts";
import { Call } from "./pipeline/call.ts";
import { watchDeadlines } from "./pipeline/deadlines.ts";
import { cut } from "./pipeline/failures.ts";
import { begin } from "./pipeline/pipeline.ts";
import type { RecordSink, Worker } from "./pipeline/worker.ts";
import { brokenRecord } from "./record/broken-record.ts";
import { prepare } from "./runtime/prepare.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { BrokenRequest, WholeAnswer } from "./transport/listener.ts";
import { TRANSPORTS, type TransportName } from "./transport/transports.ts";

export const DEFAULT_TRANSPORT: TransportName = "lean";

export type GatewayOptions = {
  plan: Plan;
  host: string;
  /** 0: any free port. */
  port: number;
  /** Name of this worker in records. */
  node: string;
  clock: Clock;
  ids: IdSource;
  counters: Counters;
  records: RecordSink;
  log: Log;
  /** Several workers listen on the same port. */
  reuse_port?: boolean;
  /** Who speaks HTTP. Default: DEFAULT_TRANSPORT. */
  transport?: TransportName | undefined;
  /** Calls running at once; more are refused. Default: LIMITS.worker_calls_max. */
  calls_max?: number;
};

export type Gateway = {
  readonly port: number;
  /** Calls that begin from now on see this plan; running ones keep theirs. Throws, and changes nothing, when the plan is broken. */
  swap(plan: Plan): void;
  /** Accepts no connection any more and resolves when all calls have ended; those left after `within_ms` are cut. */
  drain(within_ms: number): Promise<void>;
};

/** Rejects when the port cannot be listened on. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock, records, log, node, ids, counters, calls_max = LIMITS.worker_calls_max } = options;
  const connections = createConnections({ clock });
  const transport = TRANSPORTS[options.transport ?? DEFAULT_TRANSPORT];
  const tools = { clock, ids, counters, log, connections, transport };
  const worker: Worker = { node, clock, ids, records, log, running: new Set(), calls_max };
  let runtime = prepare(options.plan, tools);
  const stopWatching = watchDeadlines(worker.running, clock);
  const listener = await transport.startListener({
    host: options.host,
    port: options.port,
    reuse_port: options.reuse_port ?? false,
    clock,
    onExchange(exchange) {
      const call = new Call(exchange, runtime, worker);
      runtime.enter();
      worker.running.add(call);
      begin(call);
      return call;
    },
    onBroken: (broken) => answerBroken(broken, worker, runtime),
  });
  return {
    port: listener.port,
    swap(plan) {
      const next = prepare(plan, tools);
      runtime.retire();
      runtime = next;
    },
    async drain(within_ms) {
      const stopped = listener.stop();
      const cancel = clock.after(within_ms, () => {
        for (const call of worker.running) cut(call, "shutting_down");
        listener.destroy();
      });
      await stopped;
      cancel();
      stopWatching();
      await connections.close();
    },
  };
}

/** Bytes that never became a request are answered and recorded like any other call. */
function answerBroken(broken: BrokenRequest, worker: Worker, { number, home }: Runtime): WholeAnswer {
  const { status } = PROBLEMS[broken.code];
  const { clock, ids, node } = worker;
  const record = brokenRecord(broken, { id: ids(), workspace: home, at: clock.now(), node, plan: number, status });
  worker.records.write(record);
  const headers = [
    "content-type",
    "application/problem+json",
    "cache-control",
    "no-store",
    "x-request-id",
    record.request_id,
  ];
  return { status, headers, body: problemBody(broken.code, broken.detail, record.request_id) };
}
