// The same command over servers instead of files: records in PostgreSQL, limits in Redis.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Issue, SettingsView } from "@holdfast/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json, type SmallServer, serve } from "../../apps/holdfast/demo/http-server.ts";
import { part } from "../parts/index.ts";
import { startHoldfastProcess } from "../process/holdfast.ts";
import { firstAdmin, signedIn } from "../process/team.ts";

const postgres = await part("postgres");
const redis = await part("redis");

let folder: string;
let upstream: SmallServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-servers-"));
  upstream = await serve({ host: "127.0.0.1", port: 0 }, async () => json(200, {}));
});

afterAll(async () => {
  await upstream.close();
  await rm(folder, { recursive: true });
});

const settings = (): string => `holdfast: 1
services: { orders: { releases: { v1: { upstreams: [http://127.0.0.1:${upstream.port}] } } } }
routes:
  orders:
    match: { path: /orders }
    to: orders
    access: public
    limits: { everyone: { by: route, rate: 10 per 1h } }
`;

postgres.describe("PostgreSQL", ({ freshDatabase }) => {
  test("keeps people, settings and issues over a restart, in another folder even", { timeout: 60_000 }, async () => {
    const environment = { HOLDFAST_DATABASE_URL: await freshDatabase(), HOLDFAST_MASTER_KEY: "ab".repeat(32) };
    const first = await startHoldfastProcess({ data_dir: join(folder, "pg-1"), cwd: folder, environment });
    const ada = await firstAdmin(first);
    await ada.in<SettingsView>("PUT", "/settings", { text: settings() });
    expect((await fetch(`${first.gateway}/orders`)).status).toBe(200);
    const issue = await ada.in<Issue>("POST", "/issues", { title: "Keep this" });
    expect(await first.stop()).toBe(0);

    const second = await startHoldfastProcess({ data_dir: join(folder, "pg-2"), cwd: folder, environment });
    const again = await signedIn(second);
    expect(await again.in<Issue>("GET", `/issues/${issue.id}`)).toMatchObject({ number: 1, title: "Keep this" });
    expect((await fetch(`${second.gateway}/orders`)).status).toBe(200);
    const third = startHoldfastProcess({ data_dir: join(folder, "pg-2"), cwd: folder, environment });
    await expect(third).rejects.toThrow(/The data folder .* is in use by process/);
    expect(await second.stop()).toBe(0);
  });
});

redis.describe("Redis", ({ freshDatabase }) => {
  test("makes a limit exact over two machines", { timeout: 60_000 }, async () => {
    const config = join(folder, "limited.yaml");
    await writeFile(config, settings());
    const environment = { HOLDFAST_REDIS_URL: await freshDatabase() };
    const start = (name: string) =>
      startHoldfastProcess({ data_dir: join(folder, name), args: ["--config", config], environment });
    const machines = [await start("redis-1"), await start("redis-2")];
    const calls = machines.flatMap(({ gateway }) => Array.from({ length: 15 }, () => fetch(`${gateway}/orders`)));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    for (const machine of machines) expect(await machine.stop()).toBe(0);
  });
});
