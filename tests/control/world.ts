// A control plane made of the real parts (SQLite, telemetry's child process, plan manager, all services), without listeners and
// gateway workers: tests ask its apps directly and write call records into the spool as a worker would.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failed, idSource, type Log, referenceKey, systemClock } from "@holdfast/base";
import { type CallRecord, type Role, SYSTEM } from "@holdfast/contract";
import {
  createControlApp,
  createLive,
  createPlanKeeper,
  createPlanManager,
  createPublicApp,
  type ManagedPlans,
  type Services,
} from "@holdfast/control";
import { createFeedbackService, createIssueService } from "@holdfast/feedback";
import { createIdentity } from "@holdfast/identity";
import { createIncidentService, createPromotionService } from "@holdfast/incidents";
import { createLaunchService } from "@holdfast/launches";
import { openStore } from "@holdfast/storage";
import { createSpoolWriter, startTelemetry } from "@holdfast/telemetry";

export const ADMIN_TOKEN = "test-admin-token-of-the-environment";
export const WORKSPACE = "acme";
export const OTHER = "globex";

/** Two workspaces, each with a site; acme's route can be rolled back. */
const ACME = `holdfast: 1
workspace: acme
services: { orders: { releases: { v1: { upstreams: [http://127.0.0.1:1] }, v2: { upstreams: [http://127.0.0.1:2] } } } }
routes:
  orders:
    match: { path: /orders/** }
    to: orders
    split: { v1: 90%, v2: 10% }
    rollback: { against: v1, over: 5%, window: 2m, least_calls: 50 }
    access: public
sites: { shop: { origins: ["https://shop.example.com"] } }
`;
const GLOBEX = `holdfast: 1
workspace: globex
sites: { desk: { origins: ["https://desk.example.com"] } }
`;

export type Asking = { as?: string; body?: unknown; headers?: Record<string, string> };

export type World = {
  services: Services;
  log_lines: string[];
  control(method: string, path: string, asking?: Asking): Promise<Response>;
  public(method: string, path: string, asking?: Asking): Promise<Response>;
  /** A token of this role; the secret. */
  token(workspace: string, role: Role, expires_at?: number): Promise<{ id: string; secret: string }>;
  /** Resolves when the calls can be queried. */
  record(calls: Partial<CallRecord>[]): Promise<string[]>;
  stop(): Promise<void>;
};

const master_key = new Uint8Array(32).fill(7);
const clock = systemClock;
const ids = idSource();

export async function startWorld(folders: { console?: string; widget?: string } = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-control-"));
  const log_lines: string[] = [];
  const { services, close, record } = await startServices(folder, logInto(log_lines));
  const nowhere = join(folder, "nowhere");
  const control = createControlApp(services, { console_folder: folders.console ?? nowhere });
  const public_app = createPublicApp(services, { widget_folder: folders.widget ?? nowhere });
  return {
    services,
    log_lines,
    control: async (method, path, asking) => control.request(requestOf(method, path, asking)),
    public: async (method, path, asking) => public_app.request(requestOf(method, path, asking)),
    async token(workspace, role, expires_at) {
      const input = { name: `${role} for a test`, role, expires_at: expires_at ?? null };
      const { token, secret } = await services.identity.tokens.issue(workspace, input, SYSTEM);
      return { id: token.id, secret };
    },
    record,
    async stop() {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function requestOf(method: string, path: string, { as, body, headers = {} }: Asking = {}): Request {
  const all = new Headers(headers);
  if (as !== undefined) all.set("authorization", `Bearer ${as}`);
  if (body !== undefined && !all.has("content-type")) all.set("content-type", "application/json");
  const text = body === undefined || typeof body === "string" ? (body as string | undefined) : JSON.stringify(body);
  return new Request(`http://localhost:8090${path}`, {
    method: method.toUpperCase(),
    headers: all,
    body: text ?? null,
  });
}

function logInto(lines: string[]): Log {
  const say = (fields: Record<string, unknown>, message: string): void => {
    const error = fields.error instanceof Error ? fields.error.stack : fields.error;
    lines.push(`${message} ${JSON.stringify({ ...fields, error })}`);
  };
  return { debug: say, info: say, warn: say, error: say };
}

async function startServices(folder: string, log: Log) {
  const store = await openStore({ url: `sqlite:${join(folder, "data")}`, clock, ids });
  const { transact } = store;
  const live = createLive(clock);
  const reference_key = (workspace: string) => referenceKey(master_key, workspace);
  const identity = await createIdentity({
    directory: store.directory,
    transact,
    auth: store.auth,
    clock,
    ids,
    secret: "a secret for sessions that is long enough",
    base_url: "http://localhost:8090",
    admin_token: ADMIN_TOKEN,
  });
  const spool_dir = join(folder, "spool");
  const telemetry = await startTelemetry({ dir: join(folder, "telemetry"), spool_dir, clock, log, on_rows: () => {} });
  const issues = createIssueService({ transact, clock, ids, live });
  const feedback = createFeedbackService({ transact, clock, ids, reference_key, calls: telemetry, live });
  const criticals = issues.criticalSince;
  const launches = createLaunchService({ transact, clock, ids, live, calls: telemetry, criticals });
  const plans: ManagedPlans = createPlanManager({
    clock,
    ids,
    log,
    live,
    transact,
    workspaces: {
      list: () => store.directory(async ({ workspaces }) => (await workspaces.list()).map(({ name }) => name)),
      ensure: (name) => identity.workspaces.ensure(name),
    },
    keeper: createPlanKeeper({ path: join(folder, "plan.sealed"), master_key }),
    deploy: async () => undefined,
    secrets: () => ({ env: (name) => failed(`${name} is not set`), file: (path) => failed(`${path} is not there`) }),
    provider_urls: {},
    reference_key,
    applied: (workspace, settings) => launches.applyFromSettings(workspace, settings.launches),
  });
  for (const name of [WORKSPACE, OTHER]) await identity.workspaces.ensure(name);
  await plans.start(undefined);
  await plans.applySettings(WORKSPACE, ACME, SYSTEM);
  await plans.applySettings(OTHER, GLOBEX, SYSTEM);
  const incidents = createIncidentService({ transact, clock, ids, live, plans, issues });
  const gateway: Services["gateway"] = {
    status: () => ({ wanted: 2, serving: 2, plan: plans.current().number }),
    figures: async () => ({ calls: [], running: 0, shed: 0, cache_bytes: 0 }),
    purge: async () => ({ answers: 0, nodes: [], missing: [], told: true }),
    upstreams: async () => [],
  };
  const services: Services = {
    clock,
    ids,
    log,
    random: Math.random,
    transact,
    store,
    jobs: store.jobs,
    identity,
    feedback,
    issues,
    incidents,
    promotions: createPromotionService({ transact, clock, ids, live, plans, calls: telemetry }),
    launches,
    calls: telemetry,
    telemetry,
    gateway,
    plans,
    live,
  };
  const spool = createSpoolWriter({
    dir: spool_dir,
    node: "worker-1",
    clock,
    on_problem: ({ ...problem }) => log.error(problem, "spool"),
  });
  return {
    services,
    async record(calls: Partial<CallRecord>[]) {
      const records = calls.map(callRecord);
      for (const call of records) spool.write(call);
      await spool.flush();
      await telemetry.flush();
      return records.map(({ id }) => id);
    },
    async close() {
      await spool.close();
      await telemetry.close();
      await store.close();
    },
  };
}

/** A call of acme that went well, now, unless said otherwise. */
function callRecord(fields: Partial<CallRecord>): CallRecord {
  return {
    version: 1,
    id: ids(),
    workspace: WORKSPACE,
    at: clock.now(),
    duration_us: 12_345,
    node: "worker-1",
    plan: 1,
    method: "GET",
    host: "api.example.com",
    path: "/orders/42",
    query: null,
    subject: "routes.orders",
    route: "/orders/:id",
    release: "v1",
    upstream: "127.0.0.1:1",
    consumer: null,
    client_address: "192.0.2.0",
    user_agent: null,
    status: 200,
    upstream_status: 200,
    outcome: "ok",
    error_origin: null,
    refused_by: null,
    reason: null,
    protocol: "http/1.1",
    encrypted: false,
    attempts: 1,
    cache: null,
    shadow_of: null,
    request_bytes: 0,
    response_bytes: 512,
    request_id: "request-1",
    trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    span_id: "00f067aa0ba902b7",
    parent_span_id: null,
    phases: {
      receive_us: 10,
      identify_us: null,
      admit_us: null,
      choose_us: 5,
      connect_us: 0,
      send_us: 40,
      wait_us: 10_000,
      reply_us: 100,
    },
    ai: null,
    capture: null,
    ...fields,
  };
}

export const FAILED: Partial<CallRecord> = {
  status: 500,
  upstream_status: 500,
  outcome: "upstream_error",
  error_origin: "upstream",
};
