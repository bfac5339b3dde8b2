// The measurements of the benchmark: each starts the servers of its condition, and stops them whatever comes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { type Condition, keyOf, LARGE_PLAN, PLAIN, pathOf, SMALL_PLAN } from "./conditions.ts";
import { type Load, measurePaced, measureThroughput, type Throughput, writeScript } from "./load.ts";
import { type Latencies, type Row, rowOf } from "./report.ts";
import {
  ALL_CORES,
  LOAD_CORE,
  newSecret,
  type Served,
  type Servers,
  startServers,
  startWorkerThreads,
} from "./servers.ts";

export const PACED_RATE = 1000;
const PACED_SECONDS = 5;
const WARM_UP_SECONDS = 4;

export type Settings = { seconds: number; rounds: number; transport: string };

/** Starts the servers of one condition, and stops them whatever comes. */
async function under<T>(
  condition: Condition,
  { transport, beside }: { transport: string; beside: boolean },
  work: (servers: Servers, secret: string, script: string) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const secret = newSecret();
    const script = `${folder}/load.lua`;
    writeScript(script, condition, secret);
    const servers = await startServers(folder, condition, { transport, secret, beside });
    try {
      return await work(servers, secret, script);
    } finally {
      await servers.stop();
    }
  });
}

export async function measureRow(condition: Condition, { seconds, rounds, transport }: Settings): Promise<Row> {
  return under(condition, { transport, beside: true }, async (servers, _, script) => {
    const load: Load = { core: LOAD_CORE, connections: condition.connections, seconds, script };
    const sides = [servers.nginx as Served, servers.holdfast];
    const found: [Throughput[], Throughput[]] = [[], []];
    for (const { origin, pid } of sides) await measureThroughput(origin, pid, { ...load, seconds: WARM_UP_SECONDS });
    for (let round = 0; round < rounds; round++)
      for (const [index, { origin, pid }] of sides.entries())
        found[index as 0 | 1].push(await measureThroughput(origin, pid, load));
    return rowOf(condition, ...found);
  });
}

/** What the gateway adds to the upstream's own latency: at a fixed rate, and at one connection that asks without pause. */
export async function measureLatencies({ seconds, rounds, transport }: Settings): Promise<Latencies> {
  return under(PLAIN, { transport, beside: false }, async ({ upstream, holdfast }, secret, script) => {
    const one: Load = { core: LOAD_CORE, connections: 1, seconds, script };
    await measureThroughput(holdfast.origin, holdfast.pid, { ...one, connections: 64, seconds: WARM_UP_SECONDS });
    const all: Latencies[] = [];
    for (let round = 0; round < rounds; round++) all.push(await addedBy(upstream, holdfast, keyOf(secret, 0), one));
    const middle = (of: (each: Latencies) => number) =>
      quantile(
        all.map(of).sort((left, right) => left - right),
        0.5,
      );
    return {
      paced_p50_ms: middle((each) => each.paced_p50_ms),
      paced_p99_ms: middle((each) => each.paced_p99_ms),
      one_p50_ms: middle((each) => each.one_p50_ms),
      one_p99_ms: middle((each) => each.one_p99_ms),
    };
  });
}

async function addedBy(upstream: Served, holdfast: Served, key: string, one: Load): Promise<Latencies> {
  const paced = { key, rate: PACED_RATE, seconds: PACED_SECONDS };
  const direct = await measurePaced(`${upstream.origin}${pathOf(0)}`, paced);
  const through = await measurePaced(`${holdfast.origin}${pathOf(0)}`, paced);
  const one_direct = await measureThroughput(upstream.origin, upstream.pid, one);
  // Of the same: what was compiled for many calls at once is compiled anew, beside the first of them, on the same core.
  await measureThroughput(holdfast.origin, holdfast.pid, { ...one, seconds: WARM_UP_SECONDS });
  const one_through = await measureThroughput(holdfast.origin, holdfast.pid, one);
  return {
    paced_p50_ms: quantile(through, 0.5) - quantile(direct, 0.5),
    paced_p99_ms: quantile(through, 0.99) - quantile(direct, 0.99),
    one_p50_ms: one_through.p50_ms - one_direct.p50_ms,
    one_p99_ms: one_through.p99_ms - one_direct.p99_ms,
  };
}

export type LargePlan = { holdfast: number; nginx: number };

/** A call's CPU with very many routes and keys, as a multiple of that with one of each, ours and nginx's, measured in turn. */
export async function measureLargePlan({ seconds, rounds, transport }: Settings): Promise<LargePlan> {
  const how = { transport, beside: true };
  return under(SMALL_PLAN, how, (one, _, one_script) =>
    under(LARGE_PLAN, how, async (many, _secret, many_script) => {
      const ratio = async (side: "holdfast" | "nginx", length_s: number): Promise<number> => {
        const few = await cpuOf(one[side] as Served, { core: LOAD_CORE, script: one_script, seconds: length_s });
        return (await cpuOf(many[side] as Served, { core: LOAD_CORE, script: many_script, seconds: length_s })) / few;
      };
      const found: LargePlan[] = [];
      for (const side of ["holdfast", "nginx"] as const) await ratio(side, WARM_UP_SECONDS);
      for (let round = 0; round < rounds; round++)
        found.push({ holdfast: await ratio("holdfast", seconds), nginx: await ratio("nginx", seconds) });
      return {
        holdfast: median(found.map(({ holdfast }) => holdfast)),
        nginx: median(found.map(({ nginx }) => nginx)),
      };
    }),
  );
}

/**
 * A call's CPU with two worker threads, as a multiple of that with one. Where two cores are all there is, and load and upstream run on
 * them too, throughput says nothing of how workers get along; what a call costs does: two free cores serve 2 ÷ this times what one does.
 */
export async function measureWorkers({ seconds, rounds }: Settings): Promise<number> {
  return withFolder((one_folder) =>
    withFolder(async (two_folder) => {
      const secret = newSecret();
      const script = `${one_folder}/load.lua`;
      writeScript(script, PLAIN, secret);
      const one = await startWorkerThreads(one_folder, 1, secret);
      const two = await startWorkerThreads(two_folder, 2, secret);
      try {
        const cpu = ({ holdfast }: Servers, length_s: number) =>
          cpuOf(holdfast, { core: ALL_CORES, script, seconds: length_s });
        for (const side of [one, two]) await cpu(side, WARM_UP_SECONDS);
        const ratios: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const alone = await cpu(one, seconds);
          ratios.push((await cpu(two, seconds)) / alone);
        }
        return median(ratios);
      } finally {
        await Promise.all([one.stop(), two.stop()]);
      }
    }),
  );
}

async function cpuOf({ origin, pid }: Served, load: Omit<Load, "connections">): Promise<number> {
  const found = await measureThroughput(origin, pid, { ...load, connections: PLAIN.connections });
  if (found.errors > 0) throw new Error(`${found.errors} calls failed`);
  return found.cpu_seconds_per_100k;
}

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(`${tmpdir()}/holdfast-bench-`);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(numbers: number[]): number {
  return quantile(
    numbers.toSorted((left, right) => left - right),
    0.5,
  );
}

function quantile(sorted: number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] as number;
}
