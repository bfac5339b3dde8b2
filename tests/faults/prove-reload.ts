// The proof behind "a reload, an upgrade and a drain fail no call": clients that never rest, while the settings change a hundred times
// (one in twenty of them broken) and while one generation of a gateway takes over from another.
//   node tests/faults/prove-reload.ts [reloads] [upgrades]
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort, waitForPort } from "../../bench/wait.ts";
import { planOf, routeTo } from "../gateway/world.ts";
import { eventually } from "../process/eventually.ts";
import { startHoldfastProcess } from "../process/holdfast.ts";
import { type LoadResult, startLoad } from "./steady-load.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/reload.md", import.meta.url));
const GENERATION = fileURLToPath(new URL("./generation.ts", import.meta.url));
const CALLS_MIN = 500_000;
const CLIENTS = 32;
const BROKEN_EVERY = 20;

const reloads = Number(process.argv[2] ?? 100);
const upgrades = Number(process.argv[3] ?? 10);
const folder = await mkdtemp(join(tmpdir(), "holdfast-reload-"));
const upstream = createServer((_, response) => response.end("ok"));
upstream.keepAliveTimeout = 600_000;
upstream.listen(0, "127.0.0.1");
await once(upstream, "listening");
const upstream_url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
try {
  const reloaded = await underReloads();
  const upgraded = await underUpgrades();
  await mkdir(join(PAGE, ".."), { recursive: true });
  await writeFile(PAGE, report(reloaded, upgraded));
  console.log({ reloaded, upgraded });
  process.exitCode = reloaded.failed + upgraded.failed === 0 && reloaded.plans + reloaded.refused >= reloads ? 0 : 1;
} finally {
  upstream.closeAllConnections();
  upstream.close();
  await rm(folder, { recursive: true });
}

/** The whole product, its settings file rewritten again and again. */
async function underReloads(): Promise<LoadResult & { plans: number; refused: number }> {
  const file = join(folder, "holdfast.yaml");
  await writeFile(file, settings(0));
  const holdfast = await startHoldfastProcess({ data_dir: join(folder, "data"), cwd: folder });
  const load = startLoad(Number(new URL(holdfast.gateway).port), { clients: CLIENTS, path: "/shop/1" });
  const refused = () => holdfast.output().split("the settings file is refused").length - 1;
  let applied = 0;
  for (let round = 1; round <= reloads; round++) {
    const refused_before = refused();
    await writeFile(`${file}.new`, settings(round));
    await rename(`${file}.new`, file);
    if (isBroken(round)) await eventually("the refusal", () => refused() > refused_before);
    else {
      const probe = `${holdfast.gateway}/other/${round}`;
      await eventually("the new route", async () => (await fetch(probe)).status === 200);
      applied++;
    }
    while (load.result().calls < (CALLS_MIN / reloads) * round) await sleep(50);
  }
  const result = await load.stop();
  await holdfast.stop();
  return { ...result, plans: applied, refused: refused() };
}

function isBroken(round: number): boolean {
  return round % BROKEN_EVERY === BROKEN_EVERY - 1;
}

/** Every version routes elsewhere beside the route that is called; each `BROKEN_EVERY`th does not compile. */
function settings(round: number): string {
  const to = isBroken(round) ? "nowhere" : "shop";
  return `holdfast: 1
services: { shop: { releases: { v1: { upstreams: [${upstream_url}] } } } }
routes:
  shop: { match: { path: /shop/** }, to: shop, access: public }
  other-${round}: { match: { path: /other/${round} }, to: ${to}, access: public }
`;
}

/** Gateway nodes, one after the other on one port. */
async function underUpgrades(): Promise<LoadResult & { generations: number; uncleanly: number }> {
  const port = await freePort();
  await writeFile(
    join(folder, "plan.json"),
    JSON.stringify(planOf({ routes: [routeTo(upstream_url, { path: "/shop/**" })] })),
  );
  let present = await startGeneration(port);
  await waitForPort(port);
  const load = startLoad(port, { clients: CLIENTS, path: "/shop/1" });
  let uncleanly = 0;
  for (let round = 0; round < upgrades; round++) {
    await sleep(1_500);
    const next = await startGeneration(port);
    present.kill("SIGTERM");
    const [code] = await once(present, "exit");
    if (code !== 0) uncleanly++;
    present = next;
  }
  const result = await load.stop();
  present.kill("SIGTERM");
  await once(present, "exit");
  return { ...result, generations: upgrades + 1, uncleanly };
}

/** Resolves when it listens. */
async function startGeneration(port: number): Promise<ChildProcess> {
  const args = ["--disable-warning=ExperimentalWarning", GENERATION, join(folder, "plan.json"), String(port)];
  const child = spawn(process.execPath, [...args, join(folder, "spool")], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

function report(
  reloaded: Awaited<ReturnType<typeof underReloads>>,
  upgraded: Awaited<ReturnType<typeof underUpgrades>>,
) {
  const row = (name: string, { calls, failed, reconnects }: LoadResult) =>
    `| ${name} | ${calls.toLocaleString("en")} | ${failed} | ${reconnects} |`;
  return `# Reloads and upgrades under load

\`npm run proof:reload\`, ${new Date().toISOString().slice(0, 10)}; ${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}. ${CLIENTS} clients, each on one kept
connection, send their next request as soon as they have the answer. A call has failed when its answer is not 200, is not whole, or
when its connection ends without one, other than behind an answer with \`connection: close\`.

| | calls | failed | new connections |
|---|---:|---:|---:|
${row(`the product, ${reloads} versions of its settings file (${reloaded.plans} applied, ${reloaded.refused} refused)`, reloaded)}
${row(`gateway nodes, ${upgraded.generations} generations on one port, each drained when the next one serves`, upgraded)}
`;
}
