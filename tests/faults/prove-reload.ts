// The proof behind "a reload, an upgrade and a drain fail no call": clients that never rest, while the settings change a hundred times
// (one in twenty of them broken) and while one process takes over from another; and what one caller notices of it where settings are large.
//   node tests/faults/prove-reload.ts [reloads] [upgrades]
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../bench/wait.ts";
import { eventually } from "../process/eventually.ts";
import { startHoldfastProcess } from "../process/holdfast.ts";
import { LARGE, type LargePlanResult, underLargePlan } from "./large-plan.ts";
import { type LoadResult, startLoad } from "./steady-load.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/reload.md", import.meta.url));
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
  const large = await underLargePlan(folder, upstream_url);
  await mkdir(join(PAGE, ".."), { recursive: true });
  await writeFile(PAGE, report(reloaded, upgraded, large));
  console.log({ reloaded, upgraded, large });
  const failed = reloaded.failed + upgraded.failed + upgraded.uncleanly + large.failed;
  process.exitCode = failed === 0 && reloaded.plans + reloaded.refused >= reloads ? 0 : 1;
} finally {
  upstream.closeAllConnections();
  upstream.close();
  await rm(folder, { recursive: true });
}

/** The whole product, its settings file rewritten again and again. */
async function underReloads(): Promise<LoadResult & { plans: number; refused: number }> {
  const file = join(folder, "holdfast.yaml");
  await writeFile(file, settings(0));
  const holdfast = await startHoldfastProcess({ data_dir: join(folder, "data"), cwd: folder, warm_up: true });
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

/** The product, one process after the other: each takes over the data and the ports of the one before. */
async function underUpgrades(): Promise<
  LoadResult & { generations: number; uncleanly: number; console_away_ms: number }
> {
  await writeFile(join(folder, "holdfast.yaml"), settings(0));
  const ports = [await freePort(), await freePort(), await freePort()];
  const args = ["gateway", "public", "control"].flatMap((door, index) => [`--${door}-port`, String(ports[index])]);
  const start = (...more: string[]) =>
    startHoldfastProcess({ data_dir: join(folder, "upgraded"), cwd: folder, args: [...args, ...more], warm_up: true });
  let present = await start();
  const load = startLoad(Number(new URL(present.gateway).port), { clients: CLIENTS, path: "/shop/1" });
  let uncleanly = 0;
  let console_away_ms = 0;
  for (let round = 0; round < upgrades; round++) {
    await sleep(1_500);
    const next = await start("--take-over");
    console_away_ms = Math.max(console_away_ms, next.ready_ms);
    if ((await present.exited) !== 0) uncleanly++;
    present = next;
  }
  const result = await load.stop();
  await present.stop();
  return { ...result, generations: upgrades + 1, uncleanly, console_away_ms };
}

function report(
  reloaded: Awaited<ReturnType<typeof underReloads>>,
  upgraded: Awaited<ReturnType<typeof underUpgrades>>,
  large: LargePlanResult,
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
${row(`the product, ${upgraded.generations} processes one after the other, each with \`--take-over\``, upgraded)}

Of the processes that gave way ${upgraded.uncleanly} ended with another code than 0. The new ones were ready after ${(upgraded.console_away_ms / 1000).toFixed(1)} s at most, with all
the load on the same two cores; for a part of that the console and the public site are away.

Where a plan has ${LARGE.routes.toLocaleString("en")} routes and ${LARGE.consumers.toLocaleString("en")} consumers, it takes ${(large.in_force_after_ms / 1000).toFixed(1)} s at most from the writing of the settings file to the new plan's first
answer, ${LARGE.reloads} times. ${LARGE.calls_per_second} calls a second by chance, meanwhile, beside the compiler: 99 of 100 were answered within ${large.p99_ms.toFixed(1)} ms, the slowest in
${large.slowest_ms.toFixed(0)} ms (${large.slowest_before_ms.toFixed(0)} ms in 10 s in which nothing changes); of ${large.calls.toLocaleString("en")} ${large.failed} failed.
`;
}
