// What a gateway does before it serves: it calls itself, so that V8 has compiled what the first calls need, and the first outage.
// Twice: what V8 compiles when it has met one gateway alone it throws away when it meets the next.
import { type Clock, idSource, LIMITS, type Log } from "@holdfast/base";
import type { Plan, PlanRoute } from "@holdfast/contract";
import { createSharedCounters } from "../counters/shared.ts";
import { giveBackMemory } from "../engine.ts";
import { type Gateway, type GatewayOptions, startGateway } from "../gateway.ts";
import { callOver, leaveEarly, type Statuses } from "./callers.ts";
import { openServices, type Services } from "./services.ts";
import { keepTimersBusy, runAlone } from "./timers.ts";

/** `records`: takes those of the calls, which nobody wants to see. */
export type WarmUpOptions = Pick<GatewayOptions, "transport" | "workers" | "records"> & { clock: Clock; log: Log };

/**
 * Calls over each route. V8's last compiler asks for thousands of runs of a function, and those that only an unanswered call needs run but
 * once or twice in each: 150 such calls changed nothing that was seen, 1,500 did (docs/decisions/008-what-trouble-costs-others.md).
 */
export const WARM_UP_CALLS = { answered: 700, unanswered: 1500, refused: 50 } as const;
type Kind = keyof typeof WARM_UP_CALLS;

/** The first of the two gateways gets so many of them: enough to be met. */
const FIRST_SHARE = 0.1;
/** Beside them, over the route of the unanswered. */
const LEAVING = 20;
/** For those that wait for nothing. */
const FEW_AT_ONCE = 4;
/** As short as the gateway's look at its running calls can tell. */
const SILENCE_MS = 40;
const PATIENCE_MS = 5000;
const HOST = "127.0.0.1";
/** Nobody listens there (tcpmux, RFC 1078). */
const NOBODY = 1;

/** How calls of each kind were answered. */
export type WarmedUp = Record<Kind, Statuses>;

/**
 * Resolves when all calls were made or LIMITS.warm_up_ms_max have passed. Never rejects: a gateway that could not warm up is slower at
 * first, and the log says why.
 */
export async function warmUp(options: WarmUpOptions): Promise<WarmedUp | undefined> {
  const { clock, log } = options;
  const began = clock.monotonicMicros();
  const late = new AbortController();
  // Not with a timer that keeps the process alive: then there would always be one, and what comes of the first and the last not be met.
  const cancel = clock.every(LIMITS.warm_up_ms_max, () => late.abort());
  try {
    giveBackMemory();
    await rehearsed(options, FIRST_SHARE, late.signal);
    await runAlone(clock);
    const calls = await rehearsed(options, 1, late.signal);
    log.debug({ ms: Math.round((clock.monotonicMicros() - began) / 1000), calls }, "the gateway has warmed up");
    return calls;
  } catch (error) {
    log.warn({ error: String(error) }, "the gateway could not warm up: its first calls will be slower");
    return undefined;
  } finally {
    cancel();
  }
}

async function rehearsed(options: WarmUpOptions, share: number, late: AbortSignal): Promise<WarmedUp> {
  const services = await openServices(HOST);
  const stopTimers = keepTimersBusy(options.clock);
  let gateway: Gateway | undefined;
  try {
    gateway = await startRehearsal(options, services);
    return await callAll(gateway.port, options, share, late);
  } finally {
    stopTimers();
    await gateway?.drain(SILENCE_MS);
    services.close();
  }
}

function startRehearsal({ clock, transport, records }: WarmUpOptions, services: Services): Promise<Gateway> {
  return startGateway({
    plan: planOf(services),
    host: HOST,
    port: 0,
    node: "warm-up",
    transport,
    clock,
    ids: idSource(clock),
    counters: createSharedCounters(),
    records,
    // Its outages are meant.
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
}

async function callAll(
  port: number,
  { workers = 1, clock }: WarmUpOptions,
  share: number,
  late: AbortSignal,
): Promise<WarmedUp> {
  const many = Math.max(LIMITS.warm_up_calls_min, Math.floor(LIMITS.warm_up_calls_max / workers));
  const over = (kind: Kind, at_once: number): Promise<Statuses> =>
    callOver({ host: HOST, port, path: `/${kind}`, calls: WARM_UP_CALLS[kind] * share, at_once }, late);
  const [answered, unanswered, refused] = await Promise.all([
    over("answered", FEW_AT_ONCE),
    over("unanswered", many),
    over("refused", FEW_AT_ONCE),
    leaveEarly({ host: HOST, port, path: "/unanswered", calls: LEAVING }, clock, late),
  ]);
  return { answered, unanswered, refused };
}

function nothing(): void {}

function planOf({ answering, silent }: Services): Plan {
  const at = (port: number): string => `http://${HOST}:${port}`;
  const routes = [
    route("answered", at(answering)),
    route("unanswered", at(silent), SILENCE_MS),
    route("refused", at(NOBODY)),
  ];
  // Signs nothing that anybody gets to see.
  const reference_keys = { default: Buffer.alloc(32).toString("base64url") };
  return { version: 1, number: 1, made_at: 0, routes, models: [], consumers: [], sites: [], reference_keys };
}

function route(name: Kind, url: string, first_byte_ms = PATIENCE_MS): PlanRoute {
  return {
    kind: "route",
    workspace: "default",
    subject: `routes.${name}`,
    name,
    service: name,
    path: `/${name}`,
    access: "public",
    limits: [],
    capture: { headers: false, payload_share: 0 },
    timeouts: { connect_ms: PATIENCE_MS, first_byte_ms, idle_ms: PATIENCE_MS, total_ms: PATIENCE_MS },
    releases: [{ name: "stable", weight: 1, targets: [{ url }] }],
  };
}
