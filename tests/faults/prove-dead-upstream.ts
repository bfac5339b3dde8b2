// The proof behind "one route's dead upstream does not move another route's p99 by more than 10 %": the same load on two routes, with
// the second one's upstream alive, and dead in one way after the other; figures in docs/measurements/dead-upstream.md.
//   npm run proof:dead-upstream [rounds of services that work] [rounds of those that answer at once]
//     [gateways whose first minute it is, before services that work] [and before those that answer at once]
// Takes three hours, and needs nginx and wrk. `16 60` measures only outages that go on, in 42 minutes, `0 0 5` first minutes
// before services that work, in 50, `0 0 0 8` before those that answer at once, in 80: the other sections of the page stay as they are.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@holdfast/base";
import { type Answer, Callers } from "../load/paced-load.ts";
import { moveHelpers, type Node, OTHER_CORE } from "../load/places.ts";
import {
  type Alive,
  type Cycles,
  DEATHS,
  type Death,
  FIRST_ROUND_SECONDS,
  FIRST_SECONDS,
  type Found,
  GOES_ON_SECONDS,
  isTooMuch,
  LIVE_PER_SECOND,
  OTHER_PER_SECOND,
  type Other,
  otherIn,
  PLACES,
  type Place,
  ROUND,
  SETTLE_SECONDS,
  WARM_UP,
  WORK_MS,
} from "./dead-upstream-method.ts";
import { rowOf, writePage } from "./dead-upstream-page.ts";
import { type Services, startGateway, startNginxGateway, startServices } from "./dead-upstreams.ts";
import { growthBeyond, growthOf, type Pair, sorted, type Times } from "./tails.ts";

const cycles: Cycles = cyclesOf(process.argv.slice(2));

/** Whatever is not named is not measured; where nothing is, all is. */
function cyclesOf(args: readonly string[]): Cycles {
  const [at_work = 0, at_once = 0, first_at_work = 0, first_at_once = 0] =
    args.length === 0 ? [16, 60, 5, 8] : args.map(Number);
  return { at_work, at_once, first_at_work, first_at_once };
}

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
async function inTurn<Kind extends string, What>(
  kinds: readonly Kind[],
  times: number,
  once: (kind: Kind) => Promise<What>,
): Promise<Record<Kind, What[]>> {
  const found = Object.fromEntries(kinds.map((kind) => [kind, [] as What[]])) as Record<Kind, What[]>;
  for (let cycle = 0; cycle < times; cycle++)
    // There and back, so that none gains by what comes before it.
    for (const kind of cycle % 2 === 0 ? kinds : kinds.toReversed()) found[kind].push(await once(kind));
  return found;
}

function judge(about: Pick<Found, "side" | "table" | "other" | "what" | "beyond">, pairs: readonly Pair[]): Found {
  const found = { ...about, ...growthOf(pairs) };
  console.log(about.table, rowOf(found));
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
    const times = await inTurn<Other, Times>(["alive", ...deaths], cycles[alive], (kind) =>
      round(callers, alive, kind),
    );
    close(callers);
    await gateway.stop();
    for (const death of deaths) {
      const pairs = times.alive.map((before, cycle) => ({
        before: [before],
        after: times[death].slice(cycle, cycle + 1),
      }));
      found.push(judge({ side, table: alive, other: death, what: DEATHS[death] }, pairs));
    }
  }
  return found;
}

const places = Object.keys(PLACES) as Place[];

/** The first minute of an outage, of gateways that never had one, and the minute before it. */
async function compareFirst(services: Services): Promise<Found[]> {
  const found: Found[] = [];
  for (const alive of Object.keys(WORK_MS) as Alive[]) {
    const table = `first_${alive}` as const;
    if (cycles[table] === 0) continue;
    const pairs: Record<Place, Pair[]> = { nothing: [], beside: [], elsewhere: [] };
    for (let cycle = 0; cycle < cycles[table]; cycle++) {
      const minutes = await firstMinutes(services, alive);
      for (const place of places) pairs[place].push(minutes[place]);
    }
    for (const place of places) {
      const other = otherIn(place);
      const about = { side: "Holdfast", table, other, what: PLACES[place] } as const;
      const beyond = other === "alive" ? {} : { beyond: growthBeyond(pairs[place], pairs.nothing) };
      found.push(judge({ ...about, ...beyond }, pairs[place]));
    }
  }
  return found;
}

/** Of one gateway for each place, called in turn: whatever the machine does beside, it does to all of them. */
async function firstMinutes(services: Services, alive: Alive): Promise<Record<Place, Pair>> {
  const gateways = new Map<Place, Watched>();
  for (const place of places) gateways.set(place, await startWatched(services, alive, place));
  const inRounds = (seconds: number, kindIn: (place: Place) => Other): Promise<Record<Place, Times[]>> =>
    inTurn(places, seconds / FIRST_ROUND_SECONDS, (place) =>
      firstRound((gateways.get(place) as Watched).callers, alive, kindIn(place)),
    );
  await inRounds(SETTLE_SECONDS, () => "alive");
  const before = await inRounds(FIRST_SECONDS, () => "alive");
  const after = await inRounds(FIRST_SECONDS, otherIn);
  for (const { gateway, callers } of gateways.values()) {
    close(callers);
    await gateway.stop();
  }
  const pairOf = (place: Place): Pair => ({ before: before[place], after: after[place] });
  for (const place of places) console.log(alive, place, growthOf([pairOf(place)]));
  return { nothing: pairOf("nothing"), beside: pairOf("beside"), elsewhere: pairOf("elsewhere") };
}

type Watched = { gateway: Node; callers: BothCallers };

async function startWatched(services: Services, alive: Alive, place: Place): Promise<Watched> {
  const gateway = await startGateway(services);
  const callers = await warmUp(gateway, alive);
  if (place === "elsewhere") moveHelpers(gateway);
  return { gateway, callers };
}

async function firstRound({ live, other }: BothCallers, alive: Alive, kind: Other): Promise<Times> {
  const others = other.load(pathOf(alive, kind), OTHER_PER_SECOND, FIRST_ROUND_SECONDS);
  const times = await liveTimes(live, alive, FIRST_ROUND_SECONDS);
  expectStatuses(await others, statusesOf(kind));
  return times;
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
await writePage(found, cycles);
process.exit(found.some(isTooMuch) ? 1 : 0);
