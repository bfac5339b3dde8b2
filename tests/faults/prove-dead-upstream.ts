// The proof behind "one route's dead upstream does not move another route's p99 by more than 10 %": the same load on two routes, with
// the second one's upstream alive and dead in turn; figures in docs/measurements.
//   node tests/faults/prove-dead-upstream.ts [rounds]
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Log, systemClock } from "@holdfast/base";
import type { Plan, PlanRoute } from "@holdfast/contract";
import { startWorkers } from "../../apps/holdfast/gateway/workers.ts";
import { startUpstreamsBeside, WORK_MS } from "./upstreams-beside.ts";

const PAGE = fileURLToPath(new URL("../../docs/measurements/dead-upstream.md", import.meta.url));
const RATIO_MAX = 1.1;
/** Short, and many of them: a burst of whatever else the machine does spoils few. */
const ROUND_MS = 1_500;
const LIVE_PER_SECOND = 400;
const OTHER_PER_SECOND = 100;

/** Kept over all rounds: what clients spend on connections of their own is not the question. */
const agents = { "/live": new Agent({ keepAlive: true }), "/other": new Agent({ keepAlive: true }) };

const rounds = Number(process.argv[2] ?? 20);
const folder = await mkdtemp(join(tmpdir(), "holdfast-dead-"));
const upstreams = await startUpstreamsBeside();
/** Of both routes, as long as they are alive. The first is judged. */
const SERVICES = {
  [`work ${WORK_MS} ms for each answer`]: upstreams.at_work,
  "answer at once": upstreams.at_once,
};
type Url = string | undefined;
const ALIVE: readonly Url[] = [...Object.values(SERVICES), undefined];
/** No upstream at all: nothing can be dead, so that its ratio is what the method itself is off by. */
const CONTROL = "is not there: the gateway answers by itself";
/** How the second route's upstream is dead. */
const KINDS = {
  [CONTROL]: undefined,
  "refuses connections": "http://127.0.0.1:1",
  "takes connections and never answers": upstreams.mute,
  "has a name that does not exist": "http://nowhere.invalid:9001",
} as const;
type Kind = keyof typeof KINDS;

const OWN_ANSWER = { kind: "respond", status: 200, body: "{}", headers: {}, content_type: "application/json" } as const;

const quiet = (): void => undefined;
const log: Log = { debug: quiet, info: quiet, warn: console.warn, error: console.error };
let plan = planWith(1, upstreams.at_once, upstreams.at_once);
const workers = await startWorkers({
  count: 1,
  node: "prove",
  host: "127.0.0.1",
  port: 0,
  plan: () => plan,
  spool_dir: join(folder, "spool"),
  redis_url: undefined,
  clock: systemClock,
  log,
});

const results: { services: string; kind: Kind; alive_p99: number[]; dead_p99: number[] }[] = [];
try {
  for (const [services, alive] of Object.entries(SERVICES)) await compare(services, alive);
} finally {
  for (const agent of Object.values(agents)) agent.destroy();
  await workers.drain(1_000);
  await upstreams.close();
  await rm(folder, { recursive: true });
}
const [JUDGED] = Object.keys(SERVICES) as [string];
await writeFile(PAGE, report());
process.exitCode = results.some(
  ({ services, kind, ...result }) => services === JUDGED && kind !== CONTROL && ratioOf(result) > RATIO_MAX,
)
  ? 1
  : 0;

async function compare(services: string, alive: string): Promise<void> {
  for (const url of [alive, ...Object.values(KINDS)]) await round(alive, url);
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const result: (typeof results)[number] = { services, kind, alive_p99: [], dead_p99: [] };
    for (let number = 0; number < rounds; number++) {
      // Whoever comes first changes, so that neither gains by a machine that warms up or gets busy.
      const dead_first = number % 2 === 1;
      const [first, second] = [
        await round(alive, dead_first ? KINDS[kind] : alive),
        await round(alive, dead_first ? alive : KINDS[kind]),
      ];
      result.alive_p99.push(dead_first ? second : first);
      result.dead_p99.push(dead_first ? first : second);
    }
    results.push(result);
    console.log(
      services,
      "-",
      kind,
      `alive ${middle(result.alive_p99).toFixed(2)} ms, dead ${middle(result.dead_p99).toFixed(2)} ms`,
    );
  }
}

function planWith(number: number, alive: string, other_url: Url): Plan {
  const reference_keys = { default: Buffer.alloc(32, 1).toString("base64url") };
  const routes = [route("live", alive), route("other", other_url)];
  return { version: 1, number, made_at: 0, routes, models: [], consumers: [], sites: [], reference_keys };
}

function route(name: string, url: Url): PlanRoute {
  return {
    kind: "route",
    workspace: "default",
    subject: `routes.${name}`,
    name,
    service: name,
    path: `/${name}`,
    access: "public",
    limits: [],
    capture: { headers: false, payload_share: 0 },
    timeouts: { connect_ms: 1_000, first_byte_ms: 1_000, idle_ms: 1_000, total_ms: 5_000 },
    releases: url === undefined ? [] : [{ name: "v1", weight: 1, targets: [{ url }] }],
    ...(url === undefined ? { answer: OWN_ANSWER } : {}),
  };
}

/** 99th percentile of the live route's calls, in milliseconds. */
async function round(alive: string, other_url: Url): Promise<number> {
  plan = planWith(plan.number + 1, alive, other_url);
  await workers.deploy(plan);
  const [live] = await Promise.all([
    load("/live", LIVE_PER_SECOND, [200]),
    load("/other", OTHER_PER_SECOND, ALIVE.includes(other_url) ? [200] : [502, 504]),
  ]);
  return live[Math.floor(live.length * 0.99)] as number;
}

/** Latencies in milliseconds, sorted. A call is sent when it is due, however long others take. */
async function load(path: keyof typeof agents, per_second: number, statuses: number[]): Promise<number[]> {
  const agent = agents[path];
  const latencies: number[] = [];
  const calls: Promise<void>[] = [];
  const begun = performance.now();
  const total = (per_second * ROUND_MS) / 1000;
  while (calls.length < total) {
    const due = Math.floor(((performance.now() - begun) / 1000) * per_second);
    while (calls.length < Math.min(due, total))
      calls.push(call(path, agent, statuses).then((ms) => void latencies.push(ms)));
    await systemClock.sleep(1);
  }
  await Promise.all(calls);
  return latencies.toSorted((left, right) => left - right);
}

function call(path: string, agent: Agent, statuses: number[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    request({ host: "127.0.0.1", port: workers.port, path, agent }, (response) => {
      if (!statuses.includes(response.statusCode ?? 0)) reject(new Error(`${path} answered ${response.statusCode}`));
      response.resume().on("end", () => resolve(performance.now() - begun));
    })
      .on("error", reject)
      .end();
  });
}

function middle(values: number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** Median of the ratios of rounds that ran one after the other: what else the machine does cancels out. */
function ratioOf({ alive_p99, dead_p99 }: { alive_p99: number[]; dead_p99: number[] }): number {
  return middle(dead_p99.map((dead, index) => dead / (alive_p99[index] as number)));
}

function table(of: string): string {
  const rows = results
    .filter(({ services }) => services === of)
    .map(({ kind, ...result }) => {
      const [alive, dead] = [middle(result.alive_p99).toFixed(2), middle(result.dead_p99).toFixed(2)];
      return `| ${kind} | ${alive} ms | ${dead} ms | ${ratioOf(result).toFixed(2)} |`;
    });
  return `Services that ${of}:

| the other upstream | live route's p99, other alive | other dead | ratio |
|---|---:|---:|---:|
${rows.join("\n")}
`;
}

function report(): string {
  return `# A dead upstream beside a live one

\`node tests/faults/prove-dead-upstream.ts\` sends ${LIVE_PER_SECOND} calls a second over one route and ${OTHER_PER_SECOND} over another of the same gateway worker,
at a fixed rate. The other route's upstream is alive and dead in turn, ${rounds} rounds of ${ROUND_MS / 1000} s each. The 99th percentile of the live
route must not grow by more than ${Math.round((RATIO_MAX - 1) * 100)} % where services work for their answers; beside one that answers at once it is told how much it is.

${Object.keys(SERVICES).map(table).join("\n")}
The figures are medians over the rounds; the ratio is the median of each pair's own. In the first row of each table nothing is dead: what
its ratio is away from 1 is what the method is off by. Node ${process.versions.node}, ${availableParallelism()} cores; client, upstreams and gateway
are threads of one process, so that each connection that is opened in vain also takes time of the other two.
`;
}
