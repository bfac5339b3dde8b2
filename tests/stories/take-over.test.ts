// An upgrade as an operator makes it: a second Holdfast takes over from the first on the same data and ports, while calls go on.
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RouteCallers } from "@holdfast/contract";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freePort } from "../../bench/wait.ts";
import { startLoad } from "../faults/steady-load.ts";
import { eventually } from "../process/eventually.ts";
import { type HoldfastProcess, runHoldfast, startHoldfastProcess } from "../process/holdfast.ts";
import { firstAdmin } from "../process/team.ts";

// Each starts several processes that warm up, and where other tests have the cores too one start took eight seconds.
vi.setConfig({ testTimeout: 60_000 });

const upstream = createServer((_, response) => response.end("ok"));
let folder: string;
let ports: string[];
const running: HoldfastProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-take-over-"));
  upstream.keepAliveTimeout = 600_000;
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const { port } = upstream.address() as AddressInfo;
  const settings = `holdfast: 1
services: { shop: { releases: { v1: { upstreams: [http://127.0.0.1:${port}] } } } }
routes: { shop: { match: { path: /shop/** }, to: shop, access: public, limits: { few: { by: route, quota: 1000k per 24h } } } }
`;
  await writeFile(join(folder, "holdfast.yaml"), settings);
  const taken = [await freePort(), await freePort(), await freePort()];
  ports = ["gateway", "public", "control"].flatMap((door, index) => [`--${door}-port`, String(taken[index])]);
});

afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  upstream.closeAllConnections();
  upstream.close();
  await rm(folder, { recursive: true });
});

async function begin(...args: string[]): Promise<HoldfastProcess> {
  const started = await startHoldfastProcess({
    data_dir: join(folder, "data"),
    cwd: folder,
    args: [...ports, ...args],
    warm_up: true,
  });
  running.push(started);
  return started;
}

test("no call fails, none is forgotten, and the first process ends by itself", async () => {
  const first = await begin();
  const ada = await firstAdmin(first);
  const load = startLoad(Number(new URL(first.gateway).port), { clients: 8, path: "/shop/1" });
  await eventually("calls", () => load.result().calls > 500);
  const second = await begin("--take-over");
  expect(await first.exited).toBe(0);
  const before = load.result().calls;
  await eventually("calls of the second", () => load.result().calls > before + 500);
  const { calls, failed, reasons, reconnects } = await load.stop();
  expect([failed, reasons]).toEqual([0, {}]);
  expect(reconnects).toBeGreaterThan(0);
  // With the session that began at the first.
  const recorded = () => ada.in<RouteCallers>("GET", "/routes/shop/callers");
  await eventually("every call on record", async () => {
    const { items } = await recorded();
    return items.reduce((sum, caller) => sum + caller.calls, 0) === calls;
  });
  // The quota goes on where it was, up to what the first served after it had given it up.
  const left = (await fetch(`${second.gateway}/shop/1`)).headers.get("ratelimit");
  expect(Number(/;r=(\d+)/.exec(left ?? "")?.[1])).toBeLessThan(1_000_000 - 500);
});

test("when the one that takes over fails half-way, the first serves on, and another can take over from it", async () => {
  const first = running.at(-1) as HoldfastProcess;
  const load = startLoad(Number(new URL(first.gateway).port), { clients: 4, path: "/shop/1" });
  const failing = runHoldfast(
    ["start", "--data-dir", join(folder, "data"), ...ports, "--workers", "2", "--take-over"],
    { cwd: folder },
  );
  await eventually("the hand-over", () => failing.output().includes("taking over"));
  failing.child.kill("SIGKILL");
  await failing.exited;
  const before = load.result().calls;
  await eventually("calls of the first", () => load.result().calls > before + 200);
  await begin("--take-over");
  expect(await first.exited).toBe(0);
  const { failed, reasons } = await load.stop();
  expect([failed, reasons]).toEqual([0, {}]);
});

test("with options that cannot be, nothing is taken over; with nobody there, it is a start like any other", async () => {
  const here = running.at(-1) as HoldfastProcess;
  const wrong = runHoldfast(["start", "--data-dir", join(folder, "data"), "--config", "missing.yaml", "--take-over"], {
    cwd: folder,
  });
  expect(await wrong.exited).toBe(1);
  expect(wrong.output()).toContain("missing.yaml");
  expect((await fetch(`${here.gateway}/shop/1`)).status).toBe(200);
  expect((await fetch(`${here.control}/readyz`)).status).toBe(200);
  expect(await here.stop()).toBe(0);
  const next = await begin("--take-over");
  expect((await fetch(`${next.gateway}/shop/1`)).status).toBe(200);
});
