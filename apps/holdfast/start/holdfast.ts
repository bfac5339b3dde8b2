// The running whole: opens the store, starts the child process and the threads, listens, and closes it all again. Both `start`
// and `demo` are this, with other options.
import { join } from "node:path";
import { LIMITS } from "@holdfast/base";
import type { Plan } from "@holdfast/contract";
import {
  createControlApp,
  createPublicApp,
  listen,
  startDetection,
  startReleases,
  watchSettings,
} from "@holdfast/control";
import type { TrustedProxies } from "@holdfast/gateway";
import { type GatewayWorkers, startWorkers } from "../gateway/workers.ts";
import type { Options } from "../options.ts";
import { watchCertificates } from "./certificate-watch.ts";
import { type Closers, createClosers } from "./closers.ts";
import { type Core, openCore } from "./core.ts";
import { noteHandedOver } from "./handed-over.ts";
import { type Place, prepare, type StartInput } from "./prepare.ts";

export type Running = {
  gateway_url: string;
  /** Undefined: TLS is not spoken. */
  tls_url: string | undefined;
  public_url: string;
  control_url: string;
  /** Where the first admin is made; undefined when somebody exists. Valid once, for a day. */
  setup_link: string | undefined;
  settings_path: string | undefined;
  plan: { number: number; routes: number; models: number };
  /** Gives up the data and the pages to a process that takes over; the gateway goes on until `stop`. Never rejects. */
  handOver(): Promise<void>;
  /** Lets running calls end, then closes everything. Never rejects. */
  stop(): Promise<void>;
};

/** Control and public pages answer fast; only live streams are open for long, and they come back by themselves. */
const LISTENER_CLOSE_MS = 1_000;
/** What remains of the drain for spool, jobs, telemetry and store. */
const GATEWAY_DRAIN_MS = LIMITS.drain_ms - 3_000;

/** Rejects with CannotStart for what the operator can mend; nothing is left open then. */
export async function startHoldfast(input: StartInput): Promise<Running> {
  const closers = createClosers(input.log);
  try {
    return await open(input, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function open(input: StartInput, closers: Closers): Promise<Running> {
  const place = await prepare(input);
  const core = await openCore(input, place, closers);
  await core.services.plans.start(place.file);
  const gateway = await openDoors(input, place, { core, closers });
  await core.telemetryStarted();
  startLoops(place, core, closers);
  const token = await core.services.identity.setupLinkToken();
  place.predecessors?.retire();
  let forget = (): void => undefined;
  return {
    ...place.urls,
    setup_link: token ? `${place.urls.control_url}/setup?token=${token}` : undefined,
    settings_path: place.file?.path,
    plan: countsOf(core.services.plans.current()),
    async handOver() {
      forget = noteHandedOver(place.data_dir, place.node);
      await gateway.handOver();
      await closers.closeAll();
    },
    async stop() {
      await closers.closeAll();
      // There still only where it was handed over.
      await gateway.drain();
      forget();
    },
  };
}

/** What goes on by itself from now on. */
function startLoops(place: Place, core: Core, closers: Closers): void {
  const { services } = core;
  core.startJobs();
  closers.add("detection", startDetection(services).stop);
  closers.add("promotions", startReleases(services).stop);
  closers.add("settings file", watchFile(place, core));
  closers.add("files that settings name", core.watchReferencedFiles());
  closers.add("certificates", watchCertificates({ ...services, plan: () => services.plans.current() }));
}

/** A file that was refused shows here: what it declares is not served. */
function countsOf({ number, routes, models }: Plan): Running["plan"] {
  return { number, routes: routes.length, models: models.length };
}

/** The gateway's threads, which outlive the rest when they are handed over. */
type KeptGateway = { handOver(): Promise<void>; drain(): Promise<void> };

/** Opens all three ports; closing them is one step, so that all drain at the same time. */
async function openDoors(
  input: StartInput,
  place: Place,
  { core, closers }: { core: Core; closers: Closers },
): Promise<KeptGateway> {
  const { services } = core;
  const { options, clock } = input;
  const closing: (() => Promise<void>)[] = [];
  closers.add("doors", async () => void (await Promise.all(closing.map((close) => close()))));

  await Promise.all([place.ports.gateway.free(), place.ports.tls.free()]);
  const workers = await startGateway(input, place, core);
  core.gateway.workers = workers;
  const gateway = kept(workers);
  closing.push(() => gateway.close());

  const doors = [
    { app: createPublicApp(services, place.built), host: options.public_host, claim: place.ports.public },
    { app: createControlApp(services, place.built), host: options.control_host, claim: place.ports.control },
  ];
  for (const { app, host, claim } of doors) {
    await claim.free();
    const listener = await listen(app, { host, port: claim.port, clock });
    closing.push(() => listener.close(LISTENER_CLOSE_MS));
  }
  return gateway;
}

function kept(workers: GatewayWorkers): KeptGateway & { close(): Promise<void> } {
  let handed_over = false;
  let drained: Promise<void> | undefined;
  const drain = (): Promise<void> => {
    drained ??= workers.drain(GATEWAY_DRAIN_MS);
    return drained;
  };
  return {
    drain,
    close: async () => (handed_over ? undefined : drain()),
    async handOver() {
      handed_over = true;
      await workers.handOver();
    },
  };
}

function startGateway({ options, clock, log }: StartInput, place: Place, { services }: Core): Promise<GatewayWorkers> {
  return startWorkers({
    count: options.workers,
    node: place.node,
    host: options.gateway_host,
    port: place.ports.gateway.port,
    plan: () => services.plans.current(),
    spool_dir: place.spool_dir,
    redis_url: options.redis_url,
    ...(options.redis_url ? {} : { quotas_path: join(place.data_dir, "quotas") }),
    trusted_proxies: trustedProxies(options),
    warm_up: options.warm_up === "on",
    transport: options.transport,
    tls: place.tls,
    clock,
    log,
  });
}

/** By address or by number: who wrote both was told so when the options were read. */
function trustedProxies({ trusted_proxies: subnets, trusted_hops: hops }: Options): TrustedProxies | undefined {
  if (hops !== undefined) return { hops };
  return subnets && subnets.length > 0 ? { subnets } : undefined;
}

/** A file that is not there yet is watched as well: it is taken up when it appears. */
function watchFile(place: Place, { services }: Core): () => void {
  const { settings_path: path, file } = place;
  return watchSettings({
    path,
    text: file?.text,
    clock: services.clock,
    log: services.log,
    on_change: async (text) => void (await services.plans.applyFile({ name: place.settings_name, text })),
  });
}
