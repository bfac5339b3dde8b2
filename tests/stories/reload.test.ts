// A change of settings as an operator makes it: the file is saved again and again, once with a mistake, while calls go on.
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startLoad } from "../faults/steady-load.ts";
import { eventually } from "../process/eventually.ts";
import { type HoldfastProcess, startHoldfastProcess } from "../process/holdfast.ts";

const upstream = createServer((_, response) => response.end("ok"));
let folder: string;
let running: HoldfastProcess;

/** `version` is what its answers say. */
async function save(version: string): Promise<void> {
  const { port } = upstream.address() as AddressInfo;
  const settings = `holdfast: 1
services: { shop: { releases: { v1: { upstreams: [http://127.0.0.1:${port}] } } } }
routes: { shop: { match: { path: /shop/** }, to: shop, access: public, transform: { response: { headers: { set: { x-version: ${version} } } } } } }
`;
  await writeFile(join(folder, "holdfast.yaml"), settings);
}

async function version(): Promise<string | null> {
  const answer = await fetch(`${running.gateway}/shop/1`);
  await answer.text();
  return answer.headers.get("x-version");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-reload-"));
  upstream.keepAliveTimeout = 600_000;
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  await save("v0");
  running = await startHoldfastProcess({ data_dir: join(folder, "data"), cwd: folder, args: ["--workers", "2"] });
});

afterAll(async () => {
  await running.stop();
  upstream.closeAllConnections();
  upstream.close();
  await rm(folder, { recursive: true });
});

test("no call fails while settings change, and a file with a mistake changes nothing", async () => {
  const load = startLoad(Number(new URL(running.gateway).port), { clients: 8, path: "/shop/1" });
  await eventually("calls", () => load.result().calls > 200);
  for (let count = 1; count <= 10; count++) {
    if (count === 5) {
      await save("'{no.such.value}'");
      await eventually("the refusal", () => running.output().includes("no.such.value"));
      expect(await version()).toBe("v4");
    }
    await save(`v${count}`);
    await eventually(`version ${count}`, async () => (await version()) === `v${count}`);
  }
  const { failed, reasons } = await load.stop();
  expect([failed, reasons]).toEqual([0, {}]);
});
