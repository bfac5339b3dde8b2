// What proofs under load run against: a gateway node in a process of its own on one core, and everything else on the other.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plan, PlanRoute } from "@holdfast/contract";
import { HEAP_OPTIONS } from "@holdfast/gateway";
import { keyOf, PLAIN, pathOf } from "../../bench/conditions.ts";
import { benchPlan } from "../../bench/plan.ts";
import { type Running, startPinned } from "../../bench/running.ts";
import { freePort } from "../../bench/wait.ts";
import type { OpenLoop } from "./open-loop.ts";

export const GATEWAY_CORE = "0";
export const OTHER_CORE = "1";
export const SECRET = "00112233445566778899aabbccddeeff";
export const KEY: string = keyOf(SECRET, 0);
export const PATH: string = pathOf(0);

export type Node = Running & { port: number };
/** `tls_port` is listened on when the plan has a certificate. */
export type GatewayNode = Node & { tls_port: number };

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const QUIET = "--disable-warning=ExperimentalWarning";

/** One route to `upstream_port`, with a key and a rate limit as in the benchmark, and what `more` says. */
export function startGatewayNode(upstream_port: number, more: Partial<PlanRoute> = {}): Promise<GatewayNode> {
  const plan = benchPlan(PLAIN, { upstream_port, shadow_port: upstream_port, secret: SECRET });
  const routes = plan.routes.map((route) => ({ ...route, ...more, limits: [...route.limits, ...(more.limits ?? [])] }));
  return startPlan({ ...plan, routes });
}

/** A gateway node that serves `plan`. */
export async function startPlan(plan: Plan): Promise<GatewayNode> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-load-"));
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
  const [port, tls_port] = [await freePort(), await freePort()];
  const node = here("../../bench/holdfast-node.ts");
  const args = [join(folder, "plan.json"), String(port), String(tls_port), join(folder, "spool"), "lean"];
  const running = await startPinned(process.execPath, [...HEAP_OPTIONS, QUIET, node, ...args], port, GATEWAY_CORE);
  return {
    pid: running.pid,
    port,
    tls_port,
    async stop() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The node's threads beside its first, which are V8's and libuv's, run on the other core, and there only when nobody else would (sched(7), SCHED_IDLE). */
export function moveHelpers({ pid }: Node): void {
  const threads = readdirSync(`/proc/${pid}/task`).filter((thread) => thread !== String(pid));
  for (const thread of threads) {
    run("taskset", ["-cp", OTHER_CORE, thread]);
    run("chrt", ["--idle", "-p", "0", thread]);
  }
}

function run(program: string, args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}

export async function startSlowService(at_once: number, each_ms: number): Promise<Node> {
  const port = await freePort();
  const args = [QUIET, here("slow-service.ts"), String(port), String(at_once), String(each_ms)];
  return { ...(await startPinned(process.execPath, args, port, OTHER_CORE)), port };
}

export type Load = { rate: number; seconds: number; warm_up_seconds: number; connections_max: number };

/** An open loop from a process of its own. */
export function openLoop(port: number, load: Load): Promise<OpenLoop> {
  const { rate, seconds, warm_up_seconds, connections_max } = load;
  const numbers = [port, rate, seconds, warm_up_seconds, connections_max].map(String);
  const args = ["-c", OTHER_CORE, process.execPath, QUIET, here("open-loop.ts"), ...numbers];
  const child = spawn("taskset", args, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(`GET ${PATH} HTTP/1.1\r\nHost: load\r\nx-api-key: ${KEY}\r\n\r\n`);
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`the load ended with ${code}`)),
    );
  });
}

/** Resident memory of a process now, in MB of a million bytes (proc(5), VmRSS of status). */
export function residentMb(pid: number): number {
  const kib = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  return (kib * 1024) / 1e6;
}

export function machine(): string {
  return `${cpus()[0]?.model}, ${cpus().length} cores; Node ${process.versions.node}`;
}
