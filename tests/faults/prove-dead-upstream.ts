// The proof behind "one route's dead upstream does not move another route's p99 by more than 10 %": the same load on two routes, with
// the second one's upstream alive, and dead in one way after the other; figures in docs/measurements/dead-upstream.md.
//   npm run proof:dead-upstream [rounds of services that work] [rounds of those that answer at once] [gateways of each kind]
// Takes about 45 minutes, and needs nginx and wrk. 0 leaves that table out, and the page as it is.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@holdfast/base";
import { nginxVersion } from "../../bench/nginx.ts";
import { type Answer, Callers } from "../load/paced-load.ts";
import { machine, moveHelpers, type Node, OTHER_CORE } from "../load/places.ts";
import {
  type Alive,
  DEATHS,
  type Death,
  type Services,
  SILENCE_MS,
  startGateway,
  startNginxGateway,
  startServices,
  WORK_MS,
} from "./dead-upstreams.ts";
import { CALM_SHARE, type Growth, growthOf, sorted, type Times } from "./tails.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/dead-upstream.md", import.meta.url));
const RATIO_MAX = 1.1;
/**
 * Short, and many of them: a burst of whatever else the machine does spoils few. The other route is called for some time before: calls end
 * as fast as they begin by then.
 */
const ROUND = { lead_seconds: SILENCE_MS / 1000 + 0.2, seconds: 1.5 };
const LIVE_PER_SECOND = 400;
const OTHER_PER_SECOND = 100;
/** Of each route whose upstream is alive, before anything is measured: wrk asks as fast as it is answered, then the load as it will be. */
const WARM_UP = { seconds: 5, connections: 32, paced_seconds: 4 };
/** Of each kind of death, before the rounds: an outage that goes on is another thing than its first minute. */
const GOES_ON_SECONDS = 20;
/** So long a gateway is watched from the first call on that an outage leaves unanswered. */
const FIRST_SECONDS = 60;
const FIRST_ROUND_SECONDS = 5;
const FIRST_DEATHS: readonly Death[] = ["mute"];

/** Rounds of each kind. In the first minute of an outage: gateways of each kind. */
const cycles = {
  at_work: Number(process.argv[2] ?? 8),
  at_once: Number(process.argv[3] ?? 24),
  first: Number(process.argv[4] ?? 5),
} as const satisfies Record<Alive | "first", number>;

type Table = Alive | `first_${Alive}`;
type Found = Growth & { side: "Holdfast" | "nginx"; table: Table; death: Death };
type Other = "alive" | Death;

/** Whoever waits a second for an answer holds a connection for as long: the live route's callers need not open others for that. */
type BothCallers = { live: Callers; other: Callers };

function collectGarbage(): void {
  if (!globalThis.gc)
    throw new Error("this proof needs a Node with --expose-gc, as npm run proof:dead-upstream starts it");
  globalThis.gc();
}

/** Calls of the live route while the other one is called as well. */
async function round({ live, other }: BothCallers, alive: Alive, kind: Other): Promise<Times> {
  const { lead_seconds, seconds } = ROUND;
  const others = other.load(pathOf(alive, kind), OTHER_PER_SECOND, lead_seconds + seconds);
  await systemClock.sleep(lead_seconds * 1000);
  const times = await liveTimes(live, alive, seconds);
  expectStatuses(await others, statusesOf(kind));
  return times;
}

async function liveTimes(live: Callers, alive: Alive, seconds: number): Promise<Times> {
  // Not in the middle of a round, where the load's own pauses would be taken for the gateway's.
  collectGarbage();
  const answers = await live.load(`/live/${alive}`, LIVE_PER_SECOND, seconds);
  expectStatuses(answers, [200]);
  return sorted(answers.map(({ ms }) => ms));
}

function pathOf(alive: Alive, kind: Other): string {
  return kind === "alive" ? `/other/${alive}` : `/dead/${kind}`;
}

function statusesOf(kind: Other): readonly number[] {
  return kind === "alive" || kind === "own" ? [200] : [502, 503, 504];
}

function expectStatuses(answers: readonly Answer[], expected: readonly number[]): void {
  const odd = answers.find(({ status }) => !expected.includes(status));
  if (odd) throw new Error(`status ${odd.status} came where ${expected.join(" or ")} was expected`);
}

/** Brings a gateway to where an outage finds it. */
async function warmUp(gateway: Node, alive: Alive): Promise<BothCallers> {
  const callers = { live: new Callers(gateway.port), other: new Callers(gateway.port) };
  for (const path of [`/live/${alive}`, `/other/${alive}`]) callAtFullSpeed(gateway, path);
  await Promise.all([
    callers.live.load(`/live/${alive}`, LIVE_PER_SECOND, WARM_UP.paced_seconds),
    callers.other.load(`/other/${alive}`, OTHER_PER_SECOND, WARM_UP.paced_seconds),
  ]);
  return callers;
}

function callAtFullSpeed({ port }: Node, path: string): void {
  const wrk = ["wrk", "-t1", `-c${WARM_UP.connections}`, `-d${WARM_UP.seconds}s`, `http://127.0.0.1:${port}${path}`];
  const { status, stdout } = spawnSync("taskset", ["-c", OTHER_CORE, ...wrk], { encoding: "utf8" });
  if (status !== 0 || /Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk said: ${stdout}`);
}

function close(callers: BothCallers): void {
  for (const each of Object.values(callers)) each.close();
}

/** `once` for each kind in turn, `times` over: what the machine does beside is not the same for minutes. */
async function inTurn(
  deaths: readonly Death[],
  times: number,
  once: (kind: Other) => Promise<Times[]>,
): Promise<ReadonlyMap<Other, Times[]>> {
  const kinds: readonly Other[] = ["alive", ...deaths];
  const found = new Map(kinds.map((kind) => [kind, [] as Times[]]));
  for (let cycle = 0; cycle < times; cycle++)
    // There and back, so that none gains by what comes before it.
    for (const kind of cycle % 2 === 0 ? kinds : kinds.toReversed()) found.get(kind)?.push(...(await once(kind)));
  return found;
}

function judge(side: Found["side"], table: Table, times: ReadonlyMap<Other, Times[]>): Found[] {
  const { alive = [], ...dead } = Object.fromEntries(times);
  const found = Object.entries(dead).map(([death, rounds]) => ({
    side,
    table,
    death: death as Death,
    ...growthOf(alive, rounds),
  }));
  for (const one of found) console.log(table, rowOf(one));
  return found;
}

/** Outages that go on, for services of each kind with a gateway of their own. */
async function compare(side: Found["side"], start: () => Promise<Node>, deaths: readonly Death[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const alive of Object.keys(WORK_MS) as Alive[]) {
    if (cycles[alive] === 0) continue;
    const gateway = await start();
    moveHelpers(gateway);
    const callers = await warmUp(gateway, alive);
    for (const death of deaths) {
      const answers = await callers.other.load(pathOf(alive, death), OTHER_PER_SECOND, GOES_ON_SECONDS);
      expectStatuses(answers, statusesOf(death));
    }
    const times = await inTurn(deaths, cycles[alive], async (kind) => [await round(callers, alive, kind)]);
    close(callers);
    await gateway.stop();
    found.push(...judge(side, alive, times));
  }
  return found;
}

/** The first minute of an outage, of gateways that never had one. */
async function compareFirst(services: Services): Promise<Found[]> {
  if (cycles.first === 0) return [];
  const found: Found[] = [];
  for (const alive of Object.keys(WORK_MS) as Alive[]) {
    const times = await inTurn(FIRST_DEATHS, cycles.first, (kind) => firstSeconds(services, alive, kind));
    found.push(...judge("Holdfast", `first_${alive}`, times));
  }
  return found;
}

async function firstSeconds(services: Services, alive: Alive, kind: Other): Promise<Times[]> {
  const gateway = await startGateway(services);
  const { live, other } = await warmUp(gateway, alive);
  const others = other.load(pathOf(alive, kind), OTHER_PER_SECOND, FIRST_SECONDS);
  const rounds: Times[] = [];
  for (let passed = 0; passed < FIRST_SECONDS; passed += FIRST_ROUND_SECONDS)
    rounds.push(await liveTimes(live, alive, FIRST_ROUND_SECONDS));
  expectStatuses(await others, statusesOf(kind));
  close({ live, other });
  await gateway.stop();
  return rounds;
}

function rowOf({ side, death, before_p99_ms, after_p99_ms, ratio, from, to, ratio_of_all }: Found): string {
  const times = [before_p99_ms, after_p99_ms].map((ms) => `${ms.toFixed(2)} ms`);
  const range = `${from.toFixed(2)} to ${to.toFixed(2)}`;
  return `| ${[side, DEATHS[death], ...times, ratio.toFixed(2), range, ratio_of_all.toFixed(2)].join(" | ")} |`;
}

function tableOf(all: readonly Found[], table: Table): string {
  const rows = all.filter((found) => found.table === table).map(rowOf);
  return `| | the other upstream | live route's p99, other alive | other dead | ratio | 95 % | of all rounds |
|---|---|---:|---:|---:|---:|---:|
${rows.join("\n")}
`;
}

/** Nothing is there where nothing is dead. */
function isTooMuch({ side, death, ratio }: Found): boolean {
  return side === "Holdfast" && death !== "own" && ratio > RATIO_MAX;
}

function tooMuchOf(all: readonly Found[]): string {
  const rows = all.filter(isTooMuch);
  const ratios = rows.map(({ ratio, from, to }) => `${ratio.toFixed(2)} (${from.toFixed(2)} to ${to.toFixed(2)})`);
  return rows.length === 0
    ? ""
    : ` **${rows.length} of the rows below ${rows.length === 1 ? "is" : "are"} past it: ${ratios.join(", ")}.**`;
}

function report(all: readonly Found[]): string {
  return `# A dead upstream beside a live one

\`npm run proof:dead-upstream\`, ${new Date().toISOString().slice(0, 10)}. ${machine()}; nginx ${nginxVersion()}. ${LIVE_PER_SECOND} calls a second over one route and ${OTHER_PER_SECOND} over another of the
same gateway, each when chance has it. The gateway (one worker) is pinned to core 0, load and services to core 1; each table has gateways of its own. A call waits for its answer for
${SILENCE_MS / 1000} s. Before anything is measured both routes, with living upstreams, are called for ${WARM_UP.seconds} s each as fast as they answer. The 99th percentile of the live route
must not grow by more than ${Math.round((RATIO_MAX - 1) * 100)} %.${tooMuchOf(all)}

## An outage that goes on

Each kind of dead upstream has been called for ${GOES_ON_SECONDS} s, and the other route is called ${ROUND.lead_seconds} s before each round already, so that calls end in it as well as begin. V8's helper
threads, which compile, have the other core, behind all that runs there.

Services that work ${WORK_MS.at_work} ms for each answer, the other upstream alive and dead in each way in turn, ${cycles.at_work} rounds of ${ROUND.seconds} s of each kind:

${tableOf(all, "at_work")}
Services that answer at once, the same in ${cycles.at_once} rounds:

${tableOf(all, "at_once")}
## The first minute of an outage

${FIRST_SECONDS} s from the first unanswered call of a gateway on, in rounds of ${FIRST_ROUND_SECONDS} s: ${cycles.first} gateways of each kind in turn, each started for this and
stopped after it, with V8's helper threads on their core. Services that work ${WORK_MS.at_work} ms for each answer:

${tableOf(all, "first_at_work")}
Services that answer at once ([decision 008](../decisions/008-what-trouble-costs-others.md) says where it comes from):

${tableOf(all, "first_at_once")}
## How it is counted

The ratios judged are of all calls of the calmer ${CALM_SHARE * 100} % of the rounds of each kind, because the machine has bursts of other work; a burst
that the dead upstream made in fewer of them would be left out as well, so the last column leaves out none. Beside it is where 95 % of the ratios lie that come of
rounds drawn by lot from those measured: what lies within it is not told apart. Where the gateway
answers by itself nothing is dead. A call to an upstream that never answers needs a connection of its own, which over loopback costs the opening side's core what both
sides' systems do for it; with a breaker only its probes do.
`;
}

// This process is the load: whatever it starts is pinned by itself.
spawnSync("taskset", ["-acp", OTHER_CORE, String(process.pid)]);
const folder = mkdtempSync(join(tmpdir(), "holdfast-dead-"));
const services: Services = await startServices(folder);
const found = await compareFirst(services);
found.push(...(await compare("Holdfast", () => startGateway(services), Object.keys(DEATHS) as Death[])));
found.push(...(await compare("nginx", () => startNginxGateway(folder, services), ["own", "refuses", "mute"])));
await services.stop();
rmSync(folder, { recursive: true, force: true });
if (Object.values(cycles).every((count) => count > 0)) await writeFile(PAGE, report(found));
process.exit(found.some(isTooMuch) ? 1 : 0);
