// The caches of real worker threads: each keeps for itself, and what is cleared is cleared in all of them.
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Log, systemClock } from "@holdfast/base";
import { CacheSettings, type Plan } from "@holdfast/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { part } from "../../../tests/parts/index.ts";
import { startRedis } from "../../../tests/parts/redis.ts";
import { json, type SmallServer, serve } from "../demo/http-server.ts";
import { type GatewayWorkers, startWorkers, type WorkersOptions } from "./workers.ts";

const silent = (): void => undefined;
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };

let folder: string;
let upstream: SmallServer;
let workers: GatewayWorkers;
let asked: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-caches-"));
  asked = [];
  upstream = await serve({ host: "127.0.0.1", port: 0 }, async ({ method, path }) => {
    if (method === "GET") asked.push(path);
    return json(200, {}, { "cache-control": "max-age=600", "cache-tag": `all ${path.slice(6)}` });
  });
  workers = await start();
});

function start(more: Partial<WorkersOptions> = {}): Promise<GatewayWorkers> {
  const plan = planWith(upstream.port);
  return startWorkers({
    count: 2,
    node: "test",
    host: "127.0.0.1",
    port: 0,
    plan: () => plan,
    spool_dir: join(folder, "spool"),
    redis_url: undefined,
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

function planWith(port: number): Plan {
  return {
    version: 1,
    number: 1,
    made_at: 0,
    routes: [
      {
        kind: "route",
        workspace: "default",
        subject: "routes.kept",
        name: "kept",
        access: "public",
        limits: [],
        capture: { headers: false, payload_share: 0 },
        timeouts: { connect_ms: 1_000, first_byte_ms: 1_000, idle_ms: 1_000, total_ms: 5_000 },
        releases: [{ name: "v1", weight: 1, targets: [{ url: `http://127.0.0.1:${port}` }] }],
        service: "s",
        path: "/kept/**",
        cache: CacheSettings.parse({}),
      },
    ],
    models: [],
    consumers: [],
    sites: [],
    reference_keys: { default: Buffer.alloc(32, 1).toString("base64url") },
  };
}

function ask(path: string, method = "GET", { port } = workers): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, method, agent: false }, (response) => {
      response.resume().on("end", resolve);
    })
      .on("error", reject)
      .end();
  });
}

/** Asks until both threads keep an answer: each has asked the upstream once. */
async function fillBoth(path: string): Promise<void> {
  asked = [];
  for (let turn = 0; turn < 200 && asked.length < 2; turn++) await ask(path);
  expect(asked).toEqual([path, path]);
}

test("what is cleared is cleared in every thread", async () => {
  await fillBoth("/kept/1");
  await fillBoth("/kept/2");
  expect(await workers.purge({ workspace: "default", url: "http://127.0.0.1/kept/1" })).toEqual({
    ...{ answers: 2, nodes: [{ node: "test", answers: 2 }], missing: [], told: true },
  });
  await fillBoth("/kept/1");
  expect((await workers.purge({ workspace: "default", tag: "2" })).answers).toBe(2);
  expect((await workers.purge({ workspace: "default", subject: "routes.kept" })).answers).toBe(2);
  expect((await workers.purge({ workspace: "other" })).answers).toBe(0);
});

test("an unsafe call that one thread served clears the address in the other one too", async () => {
  await fillBoth("/kept/1");
  await ask("/kept/1", "DELETE");
  await expect.poll(async () => (await workers.figures()).cache_bytes).toBe(0);
});

test("figures of all threads are added up, and those of a thread that crashed stay", async () => {
  await fillBoth("/kept/1");
  const total = async () => {
    const { calls } = await workers.figures();
    return calls.flatMap(({ durations }) => durations).reduce((sum, count) => sum + count, 0);
  };
  await expect.poll(total).toBeGreaterThanOrEqual(2);
  const before = await total();
  // Nothing that the compiler makes is like this; it stands for the error that we did not foresee.
  await workers.deploy({ ...planWith(1), number: 2, routes: null } as unknown as Plan);
  await expect.poll(() => workers.status().serving, { timeout: 10_000 }).toBe(2);
  expect(await total()).toBe(before);
});

const redis = await part("redis");

redis.describe("several nodes with Redis", () => {
  const cleared = (node: string, answers: number) => ({ node, answers });
  let server: Awaited<ReturnType<typeof startRedis>>;
  let nodes: GatewayWorkers[];

  beforeEach(async () => {
    server = await startRedis();
    const named = (node: string) =>
      start({ node, count: 1, redis_url: server.url, spool_dir: join(folder, `spool-${node}`) });
    nodes = [await named("a"), await named("b")];
  });

  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.drain(1_000)));
    await server.stop();
  });

  async function fillAll(path: string): Promise<void> {
    asked = [];
    for (const node of nodes) for (let call = 0; call < 3; call++) await ask(path, "GET", node);
    expect(asked).toEqual([path, path]);
  }

  test("what one of them is told to clear is cleared in all, and the answer says where", async () => {
    const [a, b] = nodes as [GatewayWorkers, GatewayWorkers];
    await fillAll("/kept/1");
    await fillAll("/kept/2");
    const outcome = await a.purge({ workspace: "default", tag: "1" });
    expect(outcome).toEqual({ answers: 2, nodes: [cleared("a", 1), cleared("b", 1)], missing: [], told: true });
    await fillAll("/kept/1");
    const all = await b.purge({ workspace: "default", subject: "routes.kept" });
    expect(all).toEqual({ answers: 4, nodes: [cleared("b", 2), cleared("a", 2)], missing: [], told: true });
  });

  test("what a call clears on one of them is cleared on the other a moment later", async () => {
    const [a, b] = nodes as [GatewayWorkers, GatewayWorkers];
    await fillAll("/kept/1");
    await fillAll("/kept/2");
    const kept_bytes = async () =>
      (await Promise.all([a.figures(), b.figures()])).map(({ cache_bytes }) => cache_bytes);
    const [before] = await kept_bytes();
    await ask("/kept/1", "DELETE", a);
    await expect.poll(kept_bytes, { timeout: 10_000 }).toEqual([(before as number) / 2, (before as number) / 2]);
    await ask("/kept/2", "DELETE", b);
    await expect.poll(kept_bytes, { timeout: 10_000 }).toEqual([0, 0]);
  });

  test("while Redis is away one clears by itself and says so; once it is back, all hear again", async () => {
    const [a, b] = nodes as [GatewayWorkers, GatewayWorkers];
    await fillAll("/kept/1");
    const { port } = server;
    await server.stop();
    const alone = await a.purge({ workspace: "default", tag: "1" });
    expect(alone).toEqual({ answers: 1, nodes: [cleared("a", 1)], missing: [], told: false });
    server = await startRedis(port);
    await expect
      .poll(async () => (await b.purge({ workspace: "default" })).nodes.length, { timeout: 15_000, interval: 200 })
      .toBe(2);
    const figures = await Promise.all(nodes.map((node) => node.figures()));
    expect(figures.map(({ cache_bytes }) => cache_bytes)).toEqual([0, 0]);
  });
});
