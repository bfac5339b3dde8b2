// The proof behind "one route's dead upstream does not move another route's p99 by more than 10 %": the same load on two routes, with
// the second one's upstream alive, and dead in one way after the other; figures in docs/measurements/dead-upstream.md.
//   npm run proof:dead-upstream [cycles]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nginxVersion } from "../../bench/nginx.ts";
import { type Answer, Callers } from "../load/paced-load.ts";
import { machine, type Node, OTHER_CORE } from "../load/places.ts";
import {
  type Alive,
  DEATHS,
  type Death,
  type Services,
  startGateway,
  startNginxGateway,
  startServices,
  WORK_MS,
} from "./dead-upstreams.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/dead-upstream.md", import.meta.url));
const RATIO_MAX = 1.1;
/** Short, and many of them: a burst of whatever else the machine does spoils few. */
const ROUND_SECONDS = 1.5;
const LIVE_PER_SECOND = 400;
const OTHER_PER_SECOND = 100;
/** Of each route, before anything is measured. */
const WARM_UP = { per_second: 1000, seconds: 4 };

/** Of the rounds of a kind; the others had a burst of something else. */
const CALM_SHARE = 0.75;

const cycles = Number(process.argv[2] ?? 20);

/** Of the live route's calls: milliseconds, sorted. */
type Times = number[];
type Found = { side: "Holdfast" | "nginx"; alive: Alive; death: Death; alive_p99_ms: number; dead_p99_ms: number };

/** Calls of the live route while the other one is called as well. */
async function round(callers: Callers, alive: Alive, other: string): Promise<Times> {
  const [live, others] = await Promise.all([
    callers.load(`/live/${alive}`, LIVE_PER_SECOND, ROUND_SECONDS),
    callers.load(other, OTHER_PER_SECOND, ROUND_SECONDS),
  ]);
  expectStatuses(live, [200]);
  expectStatuses(others, other.startsWith("/other/") || other === "/dead/own" ? [200] : [502, 503, 504]);
  return sorted(live.map(({ ms }) => ms));
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

function expectStatuses(answers: readonly Answer[], expected: readonly number[]): void {
  const odd = answers.find(({ status }) => !expected.includes(status));
  if (odd) throw new Error(`status ${odd.status} came where ${expected.join(" or ")} was expected`);
}

type Other = "alive" | Death;

/** Rounds of each kind in turn: what the machine does beside is not the same for minutes. */
async function compare(callers: Callers, alive: Alive, deaths: readonly Death[]): Promise<Record<Other, Times[]>> {
  const kinds: readonly Other[] = ["alive", ...deaths];
  const times = Object.fromEntries(kinds.map((kind) => [kind, [] as Times[]])) as Record<Other, Times[]>;
  for (let cycle = 0; cycle < cycles; cycle++)
    // There and back, so that none gains by what comes before it.
    for (const kind of cycle % 2 === 0 ? kinds : kinds.toReversed())
      times[kind].push(await round(callers, alive, kind === "alive" ? `/other/${alive}` : `/dead/${kind}`));
  return times;
}

async function measure(side: Found["side"], node: Node, deaths: readonly Death[]): Promise<Found[]> {
  const callers = new Callers(node.port);
  const alive = Object.keys(WORK_MS) as Alive[];
  const paths = [
    ...alive.flatMap((name) => [`/live/${name}`, `/other/${name}`]),
    ...deaths.map((one) => `/dead/${one}`),
  ];
  for (const path of paths) await callers.load(path, WARM_UP.per_second, WARM_UP.seconds);
  const found: Found[] = [];
  for (const name of alive) {
    const times = await compare(callers, name, deaths);
    const alive_p99_ms = p99OfCalm(times.alive);
    for (const death of deaths) {
      found.push({ side, alive: name, death, alive_p99_ms, dead_p99_ms: p99OfCalm(times[death]) });
      console.log(rowOf(found.at(-1) as Found));
    }
  }
  callers.close();
  return found;
}

function ratioOf({ alive_p99_ms, dead_p99_ms }: Found): number {
  return dead_p99_ms / alive_p99_ms;
}

function rowOf(found: Found): string {
  const { side, death, alive_p99_ms, dead_p99_ms } = found;
  const cells = [side, DEATHS[death], `${alive_p99_ms.toFixed(2)} ms`, `${dead_p99_ms.toFixed(2)} ms`];
  return `| ${cells.join(" | ")} | ${ratioOf(found).toFixed(2)} |`;
}

function tableOf(all: readonly Found[], alive: Alive): string {
  const rows = all.filter((found) => found.alive === alive).map(rowOf);
  return `| | the other upstream | live route's p99, other alive | other dead | ratio |
|---|---|---:|---:|---:|
${rows.join("\n")}
`;
}

function report(all: readonly Found[]): string {
  return `# A dead upstream beside a live one

\`npm run proof:dead-upstream\`, ${new Date().toISOString().slice(0, 10)}. ${machine()}; nginx ${nginxVersion()}. ${LIVE_PER_SECOND} calls a second over one route and ${OTHER_PER_SECOND} over another of the
same gateway, each when chance has it, after ${WARM_UP.per_second * WARM_UP.seconds} of each route to warm up. The gateway (one worker) is pinned to core 0, load and services to core 1. The other
route's upstream is alive, and dead in each way, in turn, ${cycles} rounds of ${ROUND_SECONDS} s of each kind; a call waits for its answer for 1 s. The 99th percentile of
the live route must not grow by more than ${Math.round((RATIO_MAX - 1) * 100)} % where services work for their answers.

Services that work ${WORK_MS.at_work} ms for each answer:

${tableOf(all, "at_work")}
Services that answer at once:

${tableOf(all, "at_once")}
The figures are of all calls of the calmer ${CALM_SHARE * 100} % of the rounds of each kind: the others had a burst of something else that the machine
does. In the first row of a side nothing is dead: what its ratio is away from 1 is what the method is off by. A call to an upstream that never answers needs a connection of its own, which over
loopback costs the opening side's core what both sides' systems do for it; with a breaker only its probes do.
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
const judged = found.filter(({ side, alive, death }) => side === "Holdfast" && alive === "at_work" && death !== "own");
process.exit(judged.some((each) => ratioOf(each) > RATIO_MAX) ? 1 : 0);
