// Real worker threads on a real port: they share limits, take up plans, and one that crashes is replaced.
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Log, systemClock } from "@holdfast/base";
import type { Plan, PlanLimit, PlanRoute } from "@holdfast/contract";
import type { Purge } from "@holdfast/gateway";
import { afterEach, beforeEach, expect, test } from "vitest";
import { json, type SmallServer, serve } from "../demo/http-server.ts";
import { type GatewayWorkers, startWorkers, type WorkersOptions } from "./workers.ts";

let folder: string;
let upstream: SmallServer;
let workers: GatewayWorkers;
let plan: Plan;
const lines: string[] = [];
const say = (_: unknown, message: string): void => void lines.push(message);
const log: Log = { debug: say, info: say, warn: say, error: say };

beforeEach(async () => {
  lines.length = 0;
  folder = await mkdtemp(join(tmpdir(), "holdfast-workers-"));
  upstream = await serve({ host: "127.0.0.1", port: 0 }, async () => json(200, {}));
  plan = planWith(1, route("/open"));
  workers = await start();
});

function start(more: Partial<WorkersOptions> = {}): Promise<GatewayWorkers> {
  return startWorkers({
    count: 2,
    node: "test",
    host: "127.0.0.1",
    port: 0,
    plan: () => plan,
    spool_dir: join(folder, "spool"),
    redis_url: undefined,
    quotas_path: join(folder, "quotas"),
    clock: systemClock,
    log,
    ...more,
  });
}

afterEach(async () => {
  await workers.drain(1_000);
  await upstream.close();
  await rm(folder, { recursive: true });
});

function planWith(number: number, ...routes: PlanRoute[]): Plan {
  const reference_keys = { default: Buffer.alloc(32, 1).toString("base64url") };
  return { version: 1, number, made_at: 0, routes, models: [], consumers: [], sites: [], reference_keys };
}

function route(path: string, limits: PlanRoute["limits"] = []): PlanRoute {
  return {
    kind: "route",
    workspace: "default",
    subject: `routes.${path.slice(1)}`,
    name: path.slice(1),
    access: "public",
    limits,
    capture: { headers: false, payload_share: 0 },
    timeouts: { connect_ms: 1_000, first_byte_ms: 1_000, idle_ms: 1_000, total_ms: 5_000 },
    releases: [{ name: "v1", weight: 1, targets: [{ url: `http://127.0.0.1:${upstream.port}` }] }],
    service: "s",
    path,
  };
}

/** Each call over a connection of its own, so that the threads share them. */
function statusOf(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port: workers.port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

test("a limit is exact over all threads", async () => {
  const rate = { count: 10, window_ms: 3_600_000 };
  plan = planWith(2, route("/limited", [{ name: "each", by: "route", rate, burst: 10 }]));
  await workers.deploy(plan);
  const statuses = await Promise.all(Array.from({ length: 40 }, () => statusOf("/limited")));
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(30);
});

test("a plan is in force everywhere when its deployment is done", async () => {
  plan = planWith(2, route("/new"));
  await workers.deploy(plan);
  expect(workers.status()).toMatchObject({ wanted: 2, serving: 2, plan: 2 });
  const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf("/new")));
  expect(new Set(statuses)).toEqual(new Set([200]));
});

/** No caller sends this; it stands for the error that we did not foresee. */
async function crashAll(): Promise<void> {
  lines.length = 0;
  await workers.purge(null as unknown as Purge);
  // Said when a thread is gone; "crashed" is said a moment before.
  const gone = () => lines.filter((line) => line === "a gateway worker ended and is started again").length;
  await expect.poll(gone).toBeGreaterThan(1);
  expect(lines).toContain("a gateway worker crashed");
}

test("threads that crash are replaced, and begin with the newest plan", async () => {
  plan = planWith(3, route("/after"));
  await crashAll();
  await expect.poll(() => workers.status(), { timeout: 10_000 }).toMatchObject({ serving: 2, plan: 3 });
  expect(await statusOf("/after")).toBe(200);
  expect(lines).toContain("a gateway worker ended and is started again");
});

test("threads warm up before they serve, but not those that replace others", async () => {
  await workers.drain(1_000);
  lines.length = 0;
  workers = await start({ warm_up: true });
  expect(lines.filter((line) => line === "the gateway has warmed up")).toHaveLength(2);
  await crashAll();
  await expect.poll(() => workers.status().serving, { timeout: 10_000 }).toBe(2);
  expect(lines).not.toContain("the gateway has warmed up");
});

test("a plan that cannot be run is refused: threads go on with the one before, and so do those that replace them", async () => {
  const { releases, ...others } = route("/open");
  const unreachable = releases.map((release) => ({ ...release, targets: [{ url: "http://127.0.0.1:99999" }] }));
  // The compiler refuses such an address; it stands for the one that it did not.
  plan = planWith(2, { ...others, releases: unreachable });
  await workers.deploy(plan);
  expect(lines).toContain("a gateway worker cannot run the plan: the one that ran last goes on");
  expect(lines).not.toContain("a gateway worker crashed");
  const refused = { serving: 2, plan: 1, plan_refused: true };
  expect(workers.status()).toMatchObject(refused);
  expect(await statusOf("/open")).toBe(200);
  await crashAll();
  await expect.poll(() => workers.status(), { timeout: 10_000 }).toMatchObject(refused);
  expect(await statusOf("/open")).toBe(200);
  // Made while nobody serves: threads would begin with it.
  plan = { ...plan, number: 3 };
  await crashAll();
  await expect.poll(() => workers.status(), { timeout: 10_000 }).toMatchObject(refused);
  expect(await statusOf("/open")).toBe(200);
  plan = planWith(4, route("/mended"));
  await workers.deploy(plan);
  expect(workers.status()).toMatchObject({ serving: 2, plan: 4, plan_refused: false });
  expect(await statusOf("/mended")).toBe(200);
});

test("every thread says what it knows of its upstreams", async () => {
  expect(await statusOf("/open")).toBe(200);
  const told = await workers.upstreams();
  expect(told).toHaveLength(2);
  for (const [report, ...others] of told) {
    expect(report).toMatchObject({ workspace: "default", service: "s", release: "v1", state: "unwatched" });
    expect(others).toEqual([]);
  }
  const open = told.flat().reduce((sum, { open_connections }) => sum + open_connections, 0);
  expect(open).toBe(1);
});

test("quotas are counted over all threads and go on after a restart", async () => {
  plan = planWith(2, route("/limited", [{ name: "monthly", by: "route", quota: { count: 10, window: "month" } }]));
  await workers.deploy(plan);
  const first = await Promise.all(Array.from({ length: 6 }, () => statusOf("/limited")));
  expect(first).toEqual(Array.from({ length: 6 }, () => 200));
  await workers.drain(1_000);
  workers = await start();
  const rest = await Promise.all(Array.from({ length: 10 }, () => statusOf("/limited")));
  expect(rest.filter((status) => status === 200)).toHaveLength(4);
  expect(rest.filter((status) => status === 429)).toHaveLength(6);
});

test("so are quotas that slide", async () => {
  const any_day: PlanLimit = { name: "day", by: "route", quota: { count: 10, window_ms: 86_400_000 } };
  plan = planWith(2, route("/limited", [any_day]));
  await workers.deploy(plan);
  await Promise.all(Array.from({ length: 6 }, () => statusOf("/limited")));
  await workers.drain(1_000);
  workers = await start();
  const rest = await Promise.all(Array.from({ length: 10 }, () => statusOf("/limited")));
  expect(rest.filter((status) => status === 200)).toHaveLength(4);
});

test("threads that crash take the places of their calls with them", async () => {
  const held: (() => void)[] = [];
  const slow = await serve(
    { host: "127.0.0.1", port: 0 },
    () => new Promise((answer) => held.push(() => answer(json(200, {})))),
  );
  const limited = route("/slow", [{ name: "busy", by: "route", concurrency: 3 }]);
  const releases = [{ name: "v1", weight: 1, targets: [{ url: `http://127.0.0.1:${slow.port}` }] }];
  plan = planWith(2, { ...limited, releases });
  await workers.deploy(plan);
  const ask = () => statusOf("/slow").catch(() => 0);
  const hanging = Array.from({ length: 3 }, ask);
  await expect.poll(() => held.length).toBe(3);
  expect(await ask()).toBe(429);
  await crashAll();
  await expect.poll(() => workers.status().serving, { timeout: 10_000 }).toBe(2);
  expect(await Promise.all(hanging)).toEqual([0, 0, 0]);
  const next = Array.from({ length: 3 }, ask);
  await expect.poll(() => held.length).toBe(6);
  for (const answer of held) answer();
  expect(await Promise.all(next)).toEqual([200, 200, 200]);
  await slow.close();
});
