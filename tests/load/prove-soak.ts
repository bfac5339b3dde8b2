// The proof behind "runs for long": the whole product under a mix of everything that users do, at a rate that it bears easily, for many
// minutes. No call may fail, nothing may creep, every call must be on record. Figures in docs/measurements/soak.md.
//   npm run proof:soak [minutes]
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type HoldfastProcess, startHoldfastProcess } from "../process/holdfast.ts";
import { firstAdmin } from "../process/team.ts";
import type { Line } from "./soak/asking.ts";
import { largeCalls } from "./soak/bodies.ts";
import { type Seen, smallCalls } from "./soak/calls.ts";
import { type Kind, keepPace, Tally } from "./soak/kind.ts";
import { compareRecords, metricsOf } from "./soak/records.ts";
import { keepReloading } from "./soak/reloads.ts";
import { report } from "./soak/report.ts";
import { startServices } from "./soak/services.ts";
import { keysEnvironment, PRESSED_PER_SECOND, settings } from "./soak/settings.ts";
import { strangers } from "./soak/strangers.ts";
import { chats, voices, webSockets } from "./soak/talkers.ts";
import { isLong, judge, type Soak } from "./soak/verdict.ts";
import { type Look, lookAt, startWatch } from "./soak/watch.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/soak.md", import.meta.url));
const LOOK_MS = 5_000;
const RELOAD_MS = 30_000;
const TOLD_EVERY = 6;

/** Half a minute at least: each quarter needs a look. */
const minutes = Math.max(Number(process.argv[2] ?? 20), 0.5);
const folder = await mkdtemp(join(tmpdir(), "holdfast-soak-"));
const services = await startServices();
try {
  const file = join(folder, "holdfast.yaml");
  await writeFile(file, settings(0, services));
  const environment = keysEnvironment();
  const holdfast = await startHoldfastProcess({
    data_dir: join(folder, "data"),
    cwd: folder,
    environment,
    warm_up: true,
  });
  const soak = await soakUnderLoad(holdfast, file).finally(() => holdfast.stop());
  if (isLong(soak)) await writeFile(PAGE, report(soak));
  const judged = judge(soak);
  console.log(report(soak));
  console.log(soak.tally.failures);
  process.exitCode = judged.every(({ holds }) => holds) ? 0 : 1;
} finally {
  await services.close();
  await rm(folder, { recursive: true });
}

async function soakUnderLoad(holdfast: HoldfastProcess, file: string): Promise<Soak> {
  const ada = await firstAdmin(holdfast);
  await sleep(2000);
  const before = lookAt(holdfast.pid, 0);
  const from = Date.now();
  const tally = new Tally();
  const { looks, reloads, pressed } = await load(holdfast, file, tally);
  await sleep(10_000);
  const after = lookAt(holdfast.pid, 0);
  const compared = await compareRecords(ada, tally.places, { from, until: Date.now() });
  const counted = await metricsOf(holdfast.control);
  const ready_status = (await fetch(`${holdfast.control}/readyz`)).status;
  const exit_code = await holdfast.stop();
  return { minutes, tally, looks, before, after, compared, counted, ready_status, exit_code, reloads, pressed };
}

/** Resolves when every client has its answer, or has left, and all their connections are closed. */
async function load(
  holdfast: HoldfastProcess,
  file: string,
  tally: Tally,
): Promise<Pick<Soak, "looks" | "reloads" | "pressed">> {
  const seen: Seen = { reference: undefined, pressed_served: 0 };
  const lines: Line[] = [];
  const began_ms = performance.now();
  const paces = kindsOf(holdfast, lines, seen).map((kind) => keepPace(kind, tally));
  const reloads = keepReloading({ holdfast, file, ports: services, tally, every_ms: RELOAD_MS });
  const watch = startWatch(holdfast.pid, LOOK_MS, (look) => tell(look, holdfast, tally));
  await sleep(minutes * 60_000);
  watch.stop();
  await reloads.stop();
  await Promise.all(paces.map((pace) => pace.stop()));
  for (const line of lines) line.close();
  // A second's worth may come at once.
  const most = Math.ceil(((performance.now() - began_ms) / 1000 + 1) * PRESSED_PER_SECOND);
  return { looks: watch.looks, reloads, pressed: { served: seen.pressed_served, most } };
}

function kindsOf(holdfast: HoldfastProcess, lines: Line[], seen: Seen): Kind[] {
  const [gateway, site] = [holdfast.gateway, holdfast.public].map((url) => Number(new URL(url).port)) as [
    number,
    number,
  ];
  return [
    ...smallCalls(gateway, lines, seen),
    ...largeCalls(gateway, lines),
    ...strangers(gateway),
    webSockets(gateway),
    ...chats(gateway, lines),
    voices(site, lines, seen),
  ];
}

/** Now and then, so that whoever waits sees how it goes. */
function tell(look: Look, holdfast: HoldfastProcess, tally: Tally): void {
  if (Math.round((look.at_s * 1000) / LOOK_MS) % TOLD_EVERY !== 1) return;
  const totals = { calls: tally.all("calls"), failed: tally.all("failed"), late: tally.all("late") };
  void metricsOf(holdfast.control).then(
    (counted) => console.log(JSON.stringify({ ...look, ...totals, ...counted })),
    (error) => console.log("no metrics", error),
  );
}
