// What the benchmark found: medians over the rounds, a table for people, one JSON line for the history.
import { cpus } from "node:os";
import type { Throughput } from "./load.ts";

export type Rounds = { nginx: Throughput[]; holdfast: Throughput[]; added_p50_ms: number[]; added_p99_ms: number[] };
export type Conditions = {
  nginx: string;
  wrk: string;
  seconds: number;
  connections: number;
  body_bytes: number;
  paced_rate: number;
  transport: string;
};

/** Everything that somebody needs to read the figures, and to repeat them. */
export function resultOf(rounds: Rounds, conditions: Conditions) {
  const [nginx, holdfast] = [medianOf(rounds.nginx), medianOf(rounds.holdfast)];
  return {
    at: new Date().toISOString(),
    machine: `${cpus()[0]?.model}, ${cpus().length} cores`,
    node: process.version,
    conditions: { ...conditions, rounds: rounds.nginx.length },
    nginx,
    holdfast,
    ratio_requests: holdfast.requests_per_second / nginx.requests_per_second,
    ratio_cpu: holdfast.cpu_seconds_per_100k / nginx.cpu_seconds_per_100k,
    added_p50_ms: median(rounds.added_p50_ms),
    added_p99_ms: median(rounds.added_p99_ms),
  };
}

export function tableOf(result: ReturnType<typeof resultOf>): string {
  const { conditions } = result;
  return `
${result.machine}; Node ${result.node}, nginx ${conditions.nginx}, wrk ${conditions.wrk}. ${conditions.connections} connections, ${conditions.body_bytes} byte
answers, transport ${conditions.transport}, ${conditions.rounds} rounds of ${conditions.seconds} s in turn, medians. Each gateway alone on one core; load and upstream on the other.
Duties of both: key check, rate limit, one JSON record per call, kept connections.

| | req/s | p50 ms | p99 ms | CPU s / 100,000 | peak MB | errors |
|---|---|---|---|---|---|---|
${rowOf("nginx", result.nginx)}
${rowOf("holdfast", result.holdfast)}

requests per second: ${result.ratio_requests.toFixed(2)} of nginx (reached at first: 0.4; next: 0.8)    CPU per call: ${result.ratio_cpu.toFixed(2)} times nginx
added at ${conditions.paced_rate} req/s: p50 ${result.added_p50_ms.toFixed(2)} ms, p99 ${result.added_p99_ms.toFixed(2)} ms (target under 1 ms)`;
}

function rowOf(name: string, of: Throughput): string {
  const cells = [
    of.requests_per_second.toFixed(0),
    of.p50_ms.toFixed(2),
    of.p99_ms.toFixed(2),
    of.cpu_seconds_per_100k.toFixed(2),
  ];
  return `| ${name} | ${cells.join(" | ")} | ${of.memory_mb.toFixed(0)} | ${of.errors} |`;
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
