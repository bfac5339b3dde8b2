// Store, child process and services, in the order in which they need each other; what they need of the doors comes later.
import { dirname } from "node:path";
import { idSource } from "@holdfast/base";
import { createMailHandlers } from "@holdfast/comms";
import { createJobHandlers, createLive, type JobRunner, startJobs } from "@holdfast/control";
import { NO_FIGURES } from "@holdfast/gateway";
import { lockDatabase, openStore, type Store } from "@holdfast/storage";
import { startTelemetry, type Telemetry, type TelemetryOptions } from "@holdfast/telemetry";
import type { GatewayWorkers } from "../gateway/workers.ts";
import { createReferencedFiles } from "../settings/referenced-files.ts";
import { fileSecrets, workspaceSecrets } from "../settings/secrets.ts";
import { version } from "../version.ts";
import type { Closers } from "./closers.ts";
import { createMailRoom } from "./mail.ts";
import { CannotStart } from "./ports.ts";
import { folderLock, type Place, type StartInput } from "./prepare.ts";
import { type BuiltServices, buildServices, type ServiceTools } from "./services.ts";

export type Core = {
  services: BuiltServices;
  /** Filled in when the gateway is up; plans that are made before are what it begins with. */
  gateway: { workers: GatewayWorkers | undefined };
  /** Resolves when the store of calls answers. Everything else may begin before. */
  telemetryStarted(): Promise<void>;
  startJobs(): void;
  /** Reads settings again when a file changed that they name. */
  watchReferencedFiles(): () => void;
};

export async function openCore(input: StartInput, place: Place, closers: Closers): Promise<Core> {
  const { clock, log, options, environment } = input;
  const ids = idSource(clock);
  const live = createLive(clock);
  // First of all: a second process on the same data would write into the same spool.
  if (options.database_url) closers.add("data folder", lockFolder(place.data_dir));
  const store = await openOrExplain(place.database_url, input);
  closers.add("store", store.close);
  const telemetry = openTelemetry(input, place, { live, closers });
  const gateway: Core["gateway"] = { workers: undefined };
  const referenced = createReferencedFiles();
  let jobs: JobRunner | undefined;
  const services = await buildServices({
    clock,
    ids,
    log,
    live,
    store,
    telemetry: whenStarted(telemetry),
    master_key: place.master_key,
    control_url: place.urls.control_url,
    admin_token: options.admin_token,
    plan_path: place.plan_path,
    secrets: (source, workspace) =>
      source === "file"
        ? fileSecrets(environment, dirname(place.settings_path), referenced.noteFor(workspace))
        : workspaceSecrets(environment, place.data_dir, { workspace, note: referenced.noteFor(workspace) }),
    gateway: lateGateway(gateway, options.workers),
    wakeJobs: () => jobs?.wake(),
  });
  return {
    services,
    gateway,
    telemetryStarted: async () => void (await telemetry),
    startJobs: () => begin(),
    watchReferencedFiles: () => referenced.watch(clock, (workspace) => void services.plans.refresh(workspace)),
  };

  function begin(): void {
    const { runner, close } = startMailAndJobs(services);
    jobs = runner;
    closers.add("jobs", close);
  }
}

async function openOrExplain(url: string, { clock }: StartInput): Promise<Store> {
  try {
    return await openStore({ url, clock, ids: idSource(clock) });
  } catch (error) {
    throw new CannotStart((error as Error).message);
  }
}

/** SQLite brings a lock of its own; beside PostgreSQL the folder still holds spool and store of calls. */
function lockFolder(data_dir: string): () => void {
  try {
    return lockDatabase(folderLock(data_dir)).release;
  } catch (error) {
    throw new CannotStart((error as Error).message);
  }
}

/** The child's start is the slowest part of all, so nothing waits for it but questions about calls. */
function openTelemetry(
  { options, clock, log }: StartInput,
  place: Place,
  { live, closers }: { live: ServiceTools["live"]; closers: Closers },
): Promise<Telemetry> {
  const started = startTelemetry({
    dir: place.calls_dir,
    spool_dir: place.spool_dir,
    otlp: exportOptions(options),
    clock,
    log,
    on_rows(workspaces) {
      for (const workspace of workspaces) live.changed(workspace, "calls");
    },
  });
  closers.add("telemetry", async () => (await started).close());
  return started;
}

function exportOptions({ otlp_endpoint, otlp_headers }: StartInput["options"]): TelemetryOptions["otlp"] {
  if (otlp_endpoint === undefined) return undefined;
  return { endpoint: otlp_endpoint, headers: otlp_headers ?? {}, version: version() };
}

function whenStarted(started: Promise<Telemetry>): ServiceTools["telemetry"] {
  let telemetry: Telemetry | undefined;
  // A failed start is met by whoever waits for it: `telemetryStarted`.
  started.then(
    (ready) => {
      telemetry = ready;
    },
    () => undefined,
  );
  return {
    call: async (...args) => (await started).call(...args),
    calls: async (...args) => (await started).calls(...args),
    measures: async (...args) => (await started).measures(...args),
    shadows: async (...args) => (await started).shadows(...args),
    callers: async (...args) => (await started).callers(...args),
    status: () => telemetry?.status() ?? { ready: false, lag_ms: 0, dropped: 0 },
  };
}

/** Before the threads are up there is nobody to deploy to: they begin with the newest plan. */
function lateGateway(late: Core["gateway"], wanted: number): ServiceTools["gateway"] {
  return {
    deploy: async (plan) => late.workers?.deploy(plan),
    figures: async () => (await late.workers?.figures()) ?? NO_FIGURES,
    purge: async (purge) => (await late.workers?.purge(purge)) ?? { answers: 0, nodes: [], missing: [], told: true },
    upstreams: async () => (await late.workers?.upstreams()) ?? [],
    status: () => late.workers?.status() ?? { wanted, serving: 0, plan: 0, records_dropped: 0 },
  };
}

function startMailAndJobs(services: BuiltServices): { runner: JobRunner; close: () => Promise<void> } {
  const { plans, clock, log, transact, random, feedback } = services;
  const mail = createMailRoom((workspace) => plans.settings(workspace)?.mail);
  const handlers = createJobHandlers({
    feedback,
    mail: createMailHandlers({
      transact,
      notifier: mail.notifier,
      replyTo: (workspace, site) => plans.sites(workspace).find(({ name }) => name === site)?.replies_from,
    }),
  });
  const runner = startJobs({ queue: services.jobs, handlers, clock, random, log });
  return {
    runner,
    async close() {
      await runner.stop();
      mail.close();
    },
  };
}
