// Load from outside: closed-loop with wrk for throughput, and a paced open loop of our own for latency at a fixed rate.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { type Condition, keyOf, ORDER, pathOf } from "./conditions.ts";

export type Throughput = {
  requests_per_second: number;
  p50_ms: number;
  p99_ms: number;
  errors: number;
  cpu_seconds_per_100k: number;
  memory_mb: number;
};

export function wrkVersion(): string | undefined {
  const asked = spawnSync("wrk", ["-v"], { encoding: "utf8" });
  return asked.error ? undefined : /wrk (\S+)/.exec(asked.stdout + asked.stderr)?.[1];
}

/** What wrk sends, in turn: every key, over every route. */
export function writeScript(file: string, { routes, keys, validation, varied }: Condition, secret: string): void {
  const requests = Math.max(routes, keys, varied, 1);
  const [key, path] = [keyOf(secret, 0).replace(/0$/, ""), pathOf(0).split("0") as [string, string]];
  writeFileSync(
    file,
    `local all, at = {}, 0
init = function()
  for i = 0, ${requests - 1} do
    local headers = { ["x-api-key"] = "${key}" .. (i % ${keys})${validation ? ', ["content-type"] = "application/json"' : ""} }
    ${varied > 0 ? `headers["x-turn"] = "turn-" .. (i % ${varied})` : ""}
    all[i + 1] = wrk.format("${validation ? "POST" : "GET"}", "${path[0]}" .. (i % ${routes}) .. "${path[1]}", headers${validation ? `, '${ORDER}'` : ""})
  end
end
request = function()
  at = at % ${requests} + 1
  return all[at]
end
`,
  );
}

export type Load = { core: string; connections: number; seconds: number; script: string };

/** Runs wrk on `core` against `origin` and charges the server process `pid` for the CPU it used meanwhile. */
export async function measureThroughput(origin: string, pid: number, load: Load): Promise<Throughput> {
  const { core, connections, seconds, script } = load;
  const cpu_before = cpuSeconds(pid);
  const args = ["-c", core, "wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "-s", script, origin];
  const output = await outputOf("taskset", args);
  const cpu = cpuSeconds(pid) - cpu_before;
  const requests = Number(/(\d+) requests in/.exec(output)?.[1]);
  const failed = Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0) + socketErrors(output);
  return {
    requests_per_second: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    p50_ms: milliseconds(/^\s+50%\s+(\S+)/m.exec(output)?.[1]),
    p99_ms: milliseconds(/^\s+99%\s+(\S+)/m.exec(output)?.[1]),
    errors: failed,
    cpu_seconds_per_100k: (cpu / requests) * 100_000,
    memory_mb: peakMemoryMb(pid),
  };
}

export type Paced = { key: string; rate: number; seconds: number };

/** Latencies in milliseconds, sorted, of `rate` requests per second; a request is sent when it is due, however long others take. */
export async function measurePaced(url: string, { key, rate, seconds }: Paced): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const latencies: number[] = [];
  const begun = performance.now();
  const all: Promise<void>[] = [];
  for (let sent = 0; sent < rate * seconds; ) {
    const due = Math.floor(((performance.now() - begun) / 1000) * rate);
    for (; sent < due && sent < rate * seconds; sent++)
      all.push(once(url, key, agent).then((ms) => void latencies.push(ms)));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(all);
  agent.destroy();
  return latencies.sort((left, right) => left - right);
}

function once(url: string, key: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    request(url, { agent, headers: { "x-api-key": key } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().on("end", () => resolve(performance.now() - begun));
    })
      .on("error", reject)
      .end();
  });
}

function outputOf(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve(output) : reject(new Error(`${command} ended with ${code}`))));
  });
}

/** User and system time of a process in seconds (proc(5), fields 14 and 15 of stat, in ticks of 10 ms). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function peakMemoryMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

function socketErrors(output: string): number {
  const counts = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output)?.slice(1) ?? [];
  return counts.reduce((sum, count) => sum + Number(count), 0);
}

function milliseconds(text = "NaN"): number {
  const value = Number.parseFloat(text);
  return text.endsWith("us") ? value / 1000 : text.endsWith("ms") ? value : value * 1000;
}
