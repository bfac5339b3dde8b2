// A gateway worker: one listener, one runtime at a time, any number of calls.
import { type Clock, type IdSource, LIMITS, type Log, PROBLEMS, Roster, runInSlices, runWhole } from "@holdfast/base";
import type { GatewayFigures, Plan, UpstreamReport } from "@holdfast/contract";
import { createConnections } from "@holdfast/net";
import { proxyTrust, type TrustedProxies } from "./addresses/trusted-proxies.ts";
import { type Purge, purgeHere } from "./cache/purge.ts";
import { type CacheTools, partsOf } from "./cache/route-cache.ts";
import { createCacheStore } from "./cache/store.ts";
import type { Counters } from "./counters/counters.ts";
import { createSharedPaces, type Paces } from "./counters/paces.ts";
import { createSharedPlaces, newPlacesBuffer, type Places } from "./counters/places.ts";
import { createSharedQuotas, type Quotas } from "./counters/quotas.ts";
import { createSharedSliding, type SlidingQuotas } from "./counters/sliding-quotas.ts";
import { beginYoung } from "./engine.ts";
import { CallMeters } from "./figures/meter.ts";
import { OverloadGuard } from "./overload/guard.ts";
import { Shedder } from "./overload/shed.ts";
import { shedRecord } from "./overload/shed-record.ts";
import { problemBody } from "./pipeline/answer.ts";
import { Call } from "./pipeline/call.ts";
import { watchDeadlines } from "./pipeline/deadlines.ts";
import { cut } from "./pipeline/failures.ts";
import { begin } from "./pipeline/pipeline.ts";
import type { RecordSink, Worker } from "./pipeline/worker.ts";
import type { PolicyTools } from "./policies/policy.ts";
import { brokenRecord } from "./record/broken-record.ts";
import { preparing } from "./runtime/prepare.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { BrokenRequest, Listener, ListenerOptions, WholeAnswer } from "./transport/listener.ts";
import { type GatewayTls, type OpenTls, openTls } from "./transport/tls/open-tls.ts";
import { TRANSPORTS, type TransportName } from "./transport/transports.ts";
import { createUpstreams } from "./upstreams/upstreams.ts";

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
  /** Quotas, calls at once and bandwidth; default: counted by this worker alone. */
  quotas?: Quotas | undefined;
  sliding?: SlidingQuotas | undefined;
  places?: Places | undefined;
  paces?: Paces | undefined;
  records: RecordSink;
  log: Log;
  /** Several workers listen on the same port. */
  reuse_port?: boolean;
  /** Who speaks HTTP. Default: DEFAULT_TRANSPORT. */
  transport?: TransportName | undefined;
  /** Left out: TLS is not spoken. */
  tls?: GatewayTls | undefined;
  /** Whose `X-Forwarded-*` are believed. Default: nobody's. */
  trusted_proxies?: TrustedProxies | undefined;
  /** Workers of this process: each keeps its share of what routes may cache. Default: 1. */
  workers?: number;
  /** A call cleared something out of the cache: the other workers have to do the same. */
  on_purge?: (purge: Purge) => void;
  /** Calls running at once; more are refused. Default: LIMITS.worker_calls_max. */
  calls_max?: number;
};

export type Gateway = {
  readonly port: number;
  /** Undefined when TLS is not spoken. */
  readonly tls_port: number | undefined;
  /**
   * Resolves when calls that begin from then on see this plan; running ones keep theirs. It is made ready in slices, between which calls
   * come; one plan after the other. Rejects, and changes nothing, when the plan is broken or the gateway drains.
   */
  swap(plan: Plan): Promise<void>;
  /** What was counted since this worker began. */
  figures(): GatewayFigures;
  /** Kept answers that went; what is being fetched at present is not kept when it comes. */
  purge(purge: Purge): number;
  /** What this worker knows of every upstream of its plan. */
  upstreams(): UpstreamReport[];
  /**
   * Accepts no connection any more; all else goes on. To be said to all workers of a port before the first is drained: whoever one
   * sends away would come to another that is about to stop listening, and be reset.
   */
  shut(): void;
  /** Accepts no connection any more and resolves when all calls have ended; those left after `within_ms` are cut. */
  drain(within_ms: number): Promise<void>;
};

/** Rejects when the port cannot be listened on. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  beginYoung();
  const { clock, records, log, ids, counters } = options;
  const transport = TRANSPORTS[options.transport ?? DEFAULT_TRANSPORT];
  const connections = createConnections({ clock, before_dials: transport.flush });
  const upstreams = createUpstreams({ clock, connections, transport, log });
  const cache = openCache(options);
  const meters = new CallMeters();
  const tools = { clock, ids, counters, ...memoryOf(options), log, connections, transport, upstreams, cache, meters };
  const worker = workerOf(options, meters);
  let runtime = runWhole(preparing(options.plan, tools));
  const stopWatching = watchDeadlines(worker.running, clock);
  const guard = new OverloadGuard({ clock, log, running: worker.running }, (passed_ms) => shedder.flush(passed_ms));
  const shedder = new Shedder({
    clock,
    guard,
    record: (exchange, detail) => records.write(shedRecord({ exchange, detail }, worker, runtime)),
  });
  const stopGuard = guard.start();
  const listening: ListenerOptions = {
    host: options.host,
    port: options.port,
    reuse_port: options.reuse_port ?? false,
    clock,
    onExchange(exchange) {
      if (guard.left <= 0) return shedder.refuse(exchange);
      guard.left--;
      const call = new Call(exchange, runtime, worker);
      runtime.enter();
      worker.running.add(call);
      begin(call);
      return call;
    },
    onBroken: (broken) => answerBroken(broken, worker, runtime),
  };
  const listener = await transport.startListener(listening);
  const tls = options.tls && (await openTls({ tls: options.tls, plan: options.plan, listener: listening, log }));
  const listeners: Listener[] = tls ? [listener, tls] : [listener];
  const draining = new AbortController();
  const take = async (plan: Plan): Promise<void> => {
    const next = await runInSlices(preparing(plan, tools), clock, draining.signal);
    takeCertificates(tls, plan, next);
    runtime.retire();
    runtime = next;
    cache.store.keepOnly(partsOf(plan));
  };
  return {
    port: listener.port,
    tls_port: tls?.port,
    swap: inOrder(take),
    figures: () => ({
      calls: meters.read(),
      running: worker.running.size,
      shed: guard.shed,
      cache_bytes: cache.store.bytes(),
    }),
    purge: (purge) => purgeHere(cache.store, purge),
    upstreams: () => upstreams.report(),
    shut: () => listeners.forEach((one) => void one.shut()),
    async drain(within_ms) {
      draining.abort(new Error("the gateway drains"));
      await endCalls(listeners, worker, within_ms);
      stopWatching();
      stopGuard();
      upstreams.close();
      await connections.close();
    },
  };
}

/** Each begins when the one before has ended, however that ended. */
function inOrder(take: (plan: Plan) => Promise<void>): (plan: Plan) => Promise<void> {
  let before: Promise<unknown> = Promise.resolve();
  return (plan) => {
    const taken = before.then(() => take(plan));
    before = taken.catch(() => undefined);
    return taken;
  };
}

/** Without them the plan is none: what was prepared of it goes again. */
function takeCertificates(tls: OpenTls | undefined, plan: Plan, next: Runtime): void {
  try {
    tls?.update(plan);
  } catch (error) {
    next.retire();
    throw error;
  }
}

function workerOf(options: GatewayOptions, meters: CallMeters): Worker {
  const { node, clock, ids, records, log, trusted_proxies, calls_max = LIMITS.worker_calls_max } = options;
  const trusts = trusted_proxies && proxyTrust(trusted_proxies);
  return { node, clock, ids, records, meters, log, running: new Roster<Call>(), trusts, calls_max };
}

/** Those that have not ended by themselves in time are cut. */
async function endCalls(listeners: readonly Listener[], { running, clock }: Worker, within_ms: number): Promise<void> {
  const stopped = Promise.all(listeners.map((one) => one.stop()));
  for (const { passage } of running.all()) passage?.goAway("The gateway stops.");
  const cancel = clock.after(within_ms, () => {
    for (const call of running.all()) cut(call, "shutting_down");
    for (const one of listeners) one.destroy();
  });
  await stopped;
  cancel();
}

function openCache({ clock, log, workers = 1, on_purge }: GatewayOptions): CacheTools {
  const store = createCacheStore(Math.floor(LIMITS.cache_bytes_max / workers));
  return { store, clock, log, shares: workers, tellOthers: (purge) => on_purge?.(purge) };
}

/** What limits beside rates count in. A gateway that shares it with nobody has its own. */
function memoryOf(options: GatewayOptions): Pick<PolicyTools, "quotas" | "sliding" | "places" | "paces"> {
  const { quotas, sliding, places, paces } = options;
  return {
    quotas: quotas ?? createSharedQuotas(),
    sliding: sliding ?? createSharedSliding(),
    places: places ?? createSharedPlaces({ buffer: newPlacesBuffer(1), threads: 1 }, 0),
    paces: paces ?? createSharedPaces(),
  };
}

/** Bytes that never became a request are answered and recorded like any other call. */
function answerBroken(broken: BrokenRequest, worker: Worker, { number, home }: Runtime): WholeAnswer {
  const { status } = PROBLEMS[broken.code];
  const { clock, ids, node } = worker;
  const record = brokenRecord(broken, { id: ids(), workspace: home, at: clock.now(), node, plan: number, status });
  worker.meters.countRefusedHead(status);
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
