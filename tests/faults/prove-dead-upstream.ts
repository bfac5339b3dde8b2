// The proof behind "one route's dead upstream does not move another route's p99 by more than 10 %": the same load on two routes, with
// the second one's upstream alive, and dead in one way after the other; figures in docs/measurements/dead-upstream.md.
//   npm run proof:dead-upstream [rounds of services that work] [rounds of those that answer at once]
// Takes about 40 minutes.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@holdfast/base";
import { nginxVersion } from "../../bench/nginx.ts";
import { type Answer, Callers } from "../load/paced-load.ts";
import { machine, type Node, OTHER_CORE } from "../load/places.ts";
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

const PAGE = fileURLToPath(new URL("../../docs/measurements/dead-upstream.md", import.meta.url));
const RATIO_MAX = 1.1;
/** Short, and many of them: a burst of whatever else the machine does spoils few. */
const ROUND_SECONDS = 1.5;
/** The other route is called for so long before: calls end as fast as they begin by then. */
const LEAD_SECONDS = SILENCE_MS / 1000 + 0.2;
const LIVE_PER_SECOND = 400;
const OTHER_PER_SECOND = 100;
/** Of each route, before anything is measured: V8 compiles on the gateway's core until its code is what it stays. */
const WARM_UP = { per_second: 1000, seconds: 30 };

/** Of the rounds of a kind: the machine has bursts of other work. */
const CALM_SHARE = 0.75;
/** The ratio is worked out so many times over, of as many rounds drawn by lot: where the middle 95 % of these lie is how well it is known. */
const DRAWS = 400;

/** Rounds of each kind. */
const cycles = {
  at_work: Number(process.argv[2] ?? 16),
  at_once: Number(process.argv[3] ?? 50),
} as const satisfies Record<Alive, number>;

/** Of the live route's calls: milliseconds, sorted. */
type Times = number[];
type Found = {
  side: "Holdfast" | "nginx";
  alive: Alive;
  death: Death;
  alive_p99_ms: number;
  dead_p99_ms: number;
  ratio: number;
  /** Of the ratios of rounds drawn by lot, 95 % are between these. */
  from: number;
  to: number;
};

/** Whoever waits a second for an answer holds a connection for as long: the live route's callers need not open others for that. */
type BothCallers = { live: Callers; other: Callers };

function collectGarbage(): void {
  if (!globalThis.gc)
    throw new Error("this proof needs a Node with --expose-gc, as npm run proof:dead-upstream starts it");
  globalThis.gc();
}

/** Calls of the live route while the other one is called as well. */
async function round({ live, other }: BothCallers, alive: Alive, other_path: string): Promise<Times> {
  // Not in the middle of a round, where the load's own pauses would be taken for the gateway's.
  collectGarbage();
  const others = other.load(other_path, OTHER_PER_SECOND, LEAD_SECONDS + ROUND_SECONDS);
  await systemClock.sleep(LEAD_SECONDS * 1000);
  const answers = await live.load(`/live/${alive}`, LIVE_PER_SECOND, ROUND_SECONDS);
  expectStatuses(answers, [200]);
  const is_alive = other_path.startsWith("/other/") || other_path === "/dead/own";
  expectStatuses(await others, is_alive ? [200] : [502, 503, 504]);
  return sorted(answers.map(({ ms }) => ms));
}

function sorted(numbers: number[]): number[] {
  return numbers.toSorted((left, right) => left - right);
}

function p99Of(times: Times): number {
  return times[Math.floor(times.length * 0.99)] as number;
}

/** Of the calls of all calm rounds. */
function p99OfCalm(rounds_of_one: readonly Times[]): number {
  const calm = rounds_of_one.toSorted((left, right) => p99Of(left) - p99Of(right));
  return p99Of(sorted(calm.slice(0, Math.ceil(calm.length * CALM_SHARE)).flat()));
}

/** Of the dead and the living, and where the middle 95 % of it lie if other rounds had been measured. */
function ratioOf(dead: readonly Times[], alive: readonly Times[]): Pick<Found, "ratio" | "from" | "to"> {
  const drawn = sorted(Array.from({ length: DRAWS }, () => p99OfCalm(drawOf(dead)) / p99OfCalm(drawOf(alive))));
  const at = (share: number): number => drawn[Math.floor(drawn.length * share)] as number;
  return { ratio: p99OfCalm(dead) / p99OfCalm(alive), from: at(0.025), to: at(0.975) };
}

/** As many rounds, drawn by lot; some more than once (the bootstrap). */
function drawOf(all: readonly Times[]): readonly Times[] {
  return all.map(() => all[Math.floor(Math.random() * all.length)] as Times);
}

function expectStatuses(answers: readonly Answer[], expected: readonly number[]): void {
  const odd = answers.find(({ status }) => !expected.includes(status));
  if (odd) throw new Error(`status ${odd.status} came where ${expected.join(" or ")} was expected`);
}

type Other = "alive" | Death;

/** Rounds of each kind in turn: what the machine does beside is not the same for minutes. */
async function compare(callers: BothCallers, alive: Alive, deaths: readonly Death[]): Promise<Record<Other, Times[]>> {
  const kinds: readonly Other[] = ["alive", ...deaths];
  const times = Object.fromEntries(kinds.map((kind) => [kind, [] as Times[]])) as Record<Other, Times[]>;
  for (let cycle = 0; cycle < cycles[alive]; cycle++)
    // There and back, so that none gains by what comes before it.
    for (const kind of cycle % 2 === 0 ? kinds : kinds.toReversed())
      times[kind].push(await round(callers, alive, kind === "alive" ? `/other/${alive}` : `/dead/${kind}`));
  return times;
}

async function measure(side: Found["side"], node: Node, deaths: readonly Death[]): Promise<Found[]> {
  const alive = Object.keys(WORK_MS) as Alive[];
  const paths = [
    ...alive.flatMap((name) => [`/live/${name}`, `/other/${name}`]),
    ...deaths.map((one) => `/dead/${one}`),
  ];
  const first = new Callers(node.port);
  for (const path of paths) await first.load(path, WARM_UP.per_second, WARM_UP.seconds);
  first.close();
  const callers = { live: new Callers(node.port), other: new Callers(node.port) };
  const found: Found[] = [];
  for (const name of alive) {
    const times = await compare(callers, name, deaths);
    const alive_p99_ms = p99OfCalm(times.alive);
    for (const death of deaths) {
      const dead_p99_ms = p99OfCalm(times[death]);
      found.push({ side, alive: name, death, alive_p99_ms, dead_p99_ms, ...ratioOf(times[death], times.alive) });
      console.log(rowOf(found.at(-1) as Found));
    }
  }
  for (const each of Object.values(callers)) each.close();
  return found;
}

function rowOf({ side, death, alive_p99_ms, dead_p99_ms, ratio, from, to }: Found): string {
  const times = [alive_p99_ms, dead_p99_ms].map((ms) => `${ms.toFixed(2)} ms`);
  return `| ${[side, DEATHS[death], ...times, ratio.toFixed(2), `${from.toFixed(2)} to ${to.toFixed(2)}`].join(" | ")} |`;
}

function tableOf(all: readonly Found[], alive: Alive): string {
  const rows = all.filter((found) => found.alive === alive).map(rowOf);
  return `| | the other upstream | live route's p99, other alive | other dead | ratio | 95 % |
|---|---|---:|---:|---:|---:|
${rows.join("\n")}
`;
}

function report(all: readonly Found[]): string {
  return `# A dead upstream beside a live one

\`npm run proof:dead-upstream\`, ${new Date().toISOString().slice(0, 10)}. ${machine()}; nginx ${nginxVersion()}. ${LIVE_PER_SECOND} calls a second over one route and ${OTHER_PER_SECOND} over another of the
same gateway, each when chance has it, after ${WARM_UP.per_second * WARM_UP.seconds} of each route to warm up. The gateway (one worker) is pinned to core 0, load and services to core 1. The other
route's upstream is alive, and dead in each way, in turn, rounds of ${ROUND_SECONDS} s of each kind; a call waits for its answer for ${SILENCE_MS / 1000} s, and the other route is called
${LEAD_SECONDS} s before each round already, so that calls end in it as well as begin. The 99th percentile of the live route must not grow by more than ${Math.round((RATIO_MAX - 1) * 100)} %.

Services that work ${WORK_MS.at_work} ms for each answer, ${cycles.at_work} rounds:

${tableOf(all, "at_work")}
Services that answer at once, ${cycles.at_once} rounds:

${tableOf(all, "at_once")}
The warm-up has the dead upstreams in it too. A gateway that meets its first one is not warm in that way, and these figures do not say how it fares
(decisions/008). They are of all calls of the calmer ${CALM_SHARE * 100} % of the rounds of each kind, because the machine has bursts of other work; a burst
that the dead upstream made in fewer rounds than that would be left out as well. The last column is where 95 % of the ratios lie that come of rounds drawn by lot from those measured: what lies within it is not told apart. In the first
row of a side nothing is dead. A call to an upstream that never answers needs a connection of its own, which over loopback costs the opening side's core what both
sides' systems do for it; with a breaker only its probes do.
`;
}

// This process is the load: whatever it starts is pinned by itself.
spawnSync("taskset", ["-acp", OTHER_CORE, String(process.pid)]);
const folder = mkdtempSync(join(tmpdir(), "holdfast-dead-"));
const services: Services = await startServices(folder);
const found: Found[] = [];
const gateway = await startGateway(services);
found.push(...(await measure("Holdfast", gateway, Object.keys(DEATHS) as Death[])));
await gateway.stop();
const nginx = await startNginxGateway(folder, services);
found.push(...(await measure("nginx", nginx, ["own", "refuses", "mute"])));
await Promise.all([nginx.stop(), services.stop()]);
rmSync(folder, { recursive: true, force: true });
await writeFile(PAGE, report(found));
const judged = found.filter(({ side, death }) => side === "Holdfast" && death !== "own");
process.exit(judged.some(({ ratio }) => ratio > RATIO_MAX) ? 1 : 0);
