// What the benchmark found: medians over the rounds, a table for people, one JSON line for the history.
import type { Condition } from "./conditions.ts";
import type { Throughput } from "./load.ts";

/** `ratio_…`: ours by nginx's, of the same run. */
export type Row = {
  condition: Condition;
  nginx: Throughput;
  holdfast: Throughput;
  ratio_requests: number;
  ratio_cpu: number;
};

/** Added to the upstream's own, at a fixed rate and at one connection. */
export type Latencies = { paced_p50_ms: number; paced_p99_ms: number; one_p50_ms: number; one_p99_ms: number };

/** Everything that somebody needs to read the figures, and to repeat them. */
export type Result = {
  at: string;
  machine: string;
  node: string;
  conditions: {
    nginx: string;
    wrk: string;
    seconds: number;
    rounds: number;
    transport: string;
    paced_rate: number;
  };
  rows: Row[];
  added?: Latencies;
  /** CPU of a call with 10,000 routes and 100,000 keys, as a multiple of that with one of each. */
  large_plan_cpu?: number;
  large_plan_cpu_nginx?: number;
  /** CPU of a call with two worker threads, as a multiple of that with one. */
  two_workers_cpu?: number;
};

export function rowOf(condition: Condition, nginx_rounds: Throughput[], holdfast_rounds: Throughput[]): Row {
  const [nginx, holdfast] = [medianOf(nginx_rounds), medianOf(holdfast_rounds)];
  return {
    condition,
    nginx,
    holdfast,
    ratio_requests: holdfast.requests_per_second / nginx.requests_per_second,
    ratio_cpu: holdfast.cpu_seconds_per_100k / nginx.cpu_seconds_per_100k,
  };
}

export function textOf({ machine, node, conditions, rows, ...more }: Result): string {
  const { nginx, wrk, transport, rounds, seconds, paced_rate } = conditions;
  const lines = [
    `${machine}; Node ${node}, nginx ${nginx}, wrk ${wrk}; transport ${transport}; ${rounds} rounds of ${seconds} s in turn, medians.`,
    "64 connections and answers of 1 KiB unless the condition says otherwise. Each gateway alone on one core; load and upstream on the other.",
    "Duties of both: key check, rate limit, one JSON record per call, kept connections.",
    "",
    "| condition | req/s, nginx | ours | share of nginx's | p50 ms, nginx | ours | p99 ms, nginx | ours | CPU s / 100,000, nginx | ours | times nginx's | peak MB, nginx | ours |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ...rows.map(lineOf),
  ];
  return [...lines, ...moreOf(more, paced_rate)].join("\n");
}

/** What is measured beside the rows. */
function moreOf(
  { added, large_plan_cpu, large_plan_cpu_nginx, two_workers_cpu }: Partial<Result>,
  paced_rate: number,
): string[] {
  const lines: string[] = [];
  if (added)
    lines.push(
      "",
      `added at ${paced_rate} req/s: p50 ${fixed(added.paced_p50_ms)} ms, p99 ${fixed(added.paced_p99_ms)} ms (target under 1 ms)`,
      `added at one connection: p50 ${fixed(added.one_p50_ms)} ms, p99 ${fixed(added.one_p99_ms)} ms (target under 0.6 ms)`,
    );
  if (large_plan_cpu !== undefined)
    lines.push(
      `CPU of a call with 10,000 routes and 100,000 keys: ${fixed(large_plan_cpu)} times that with one of each (target within 1.1)`,
    );
  if (large_plan_cpu_nginx !== undefined) lines.push(`  nginx, the same plans: ${fixed(large_plan_cpu_nginx)} times`);
  if (two_workers_cpu !== undefined)
    lines.push(
      `CPU of a call with two worker threads: ${fixed(two_workers_cpu)} times that with one (1.8 times the throughput wants at most 1.11)`,
    );
  return lines;
}

const fixed = (value: number): string => value.toFixed(2);

function lineOf({ condition, nginx, holdfast, ratio_requests, ratio_cpu }: Row): string {
  const cells = [
    nginx.requests_per_second.toFixed(0),
    holdfast.requests_per_second.toFixed(0),
    fixed(ratio_requests),
    fixed(nginx.p50_ms),
    fixed(holdfast.p50_ms),
    fixed(nginx.p99_ms),
    fixed(holdfast.p99_ms),
    fixed(nginx.cpu_seconds_per_100k),
    fixed(holdfast.cpu_seconds_per_100k),
    fixed(ratio_cpu),
    nginx.memory_mb.toFixed(0),
    holdfast.memory_mb.toFixed(0),
  ];
  return `| ${condition.name} | ${cells.join(" | ")} |`;
}

function medianOf(rounds: Throughput[]): Throughput {
  const of = (name: keyof Throughput): number => median(rounds.map((round) => round[name]));
  return {
    requests_per_second: of("requests_per_second"),
    p50_ms: of("p50_ms"),
    p99_ms: of("p99_ms"),
    cpu_seconds_per_100k: of("cpu_seconds_per_100k"),
    memory_mb: Math.max(...rounds.map((round) => round.memory_mb)),
    errors: rounds.reduce((sum, round) => sum + round.errors, 0),
  };
}

function median(numbers: number[]): number {
  return numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)] as number;
}
