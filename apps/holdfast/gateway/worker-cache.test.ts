// The caches of real worker threads: each keeps for itself, and what is cleared is cleared in all of them.
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Log, systemClock } from "@holdfast/base";
import { CacheSettings, type Plan } from "@holdfast/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { json, type SmallServer, serve } from "../demo/http-server.ts";
import { type GatewayWorkers, startWorkers } from "./workers.ts";

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
  const plan = planWith(upstream.port);
  workers = await startWorkers({
    count: 2,
    node: "test",
    host: "127.0.0.1",
    port: 0,
    plan: () => plan,
    spool_dir: join(folder, "spool"),
    redis_url: undefined,
    clock: systemClock,
    log,
  });
});

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

function ask(path: string, method = "GET"): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port: workers.port, path, method, agent: false }, (response) => {
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
  expect(await workers.purge({ workspace: "default", url: "http://127.0.0.1/kept/1" })).toBe(2);
  await fillBoth("/kept/1");
  expect(await workers.purge({ workspace: "default", tag: "2" })).toBe(2);
  expect(await workers.purge({ workspace: "default", subject: "routes.kept" })).toBe(2);
  expect(await workers.purge({ workspace: "other" })).toBe(0);
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
