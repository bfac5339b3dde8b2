// The servers of one condition: two upstreams beside the load, and the gateways, each on the gateways' core, idle while the other is
// measured.
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HEAP_OPTIONS } from "@holdfast/gateway";
import { authority } from "../tests/gateway/certificates.ts";
import { type Condition, PLAIN } from "./conditions.ts";
import { gatewayConfig, startNginx, upstreamConfig } from "./nginx.ts";
import { benchPlan } from "./plan.ts";
import { type Running, startPinned } from "./running.ts";
import { freePort } from "./wait.ts";

const GATEWAY_CORE = "0";
export const LOAD_CORE = "1";
export const ALL_CORES = "0,1";
const FLAGS = ["--disable-warning=ExperimentalWarning"];

export type Served = { pid: number; origin: string };
export type Servers = { upstream: Served; nginx: Served | undefined; holdfast: Served; stop(): Promise<void> };

/** `beside`: start nginx as a gateway too. */
export async function startServers(
  folder: string,
  condition: Condition,
  { transport, secret, beside }: { transport: string; secret: string; beside: boolean },
): Promise<Servers> {
  const ports = await freePorts();
  const certificate = authority("bench").issue({ name: "localhost", hosts: ["localhost", "127.0.0.1"] });
  const parts = { ...ports, secret, certificate };
  const running: Running[] = [];
  const started = async (server: Promise<Running>): Promise<number> => {
    const one = await server;
    running.push(one);
    return one.pid;
  };
  const upstream = await started(startUpstream(`${folder}/upstream`, ports.upstream_port, condition));
  await started(startUpstream(`${folder}/shadow`, ports.shadow_port, condition));
  const gateway_folder = `${folder}/gateway`;
  const config = gatewayConfig(condition, { ...parts, port: ports.nginx, folder: gateway_folder });
  const nginx = beside ? await started(startNginx(gateway_folder, config, ports.nginx, GATEWAY_CORE)) : undefined;
  writeFileSync(`${folder}/plan.json`, JSON.stringify(benchPlan(condition, parts)));
  const holdfast = await started(startHoldfast(folder, ports, transport));
  const scheme = condition.tls ? "https" : "http";
  return {
    upstream: { pid: upstream, origin: `http://127.0.0.1:${ports.upstream_port}` },
    nginx: nginx === undefined ? undefined : { pid: nginx, origin: `${scheme}://127.0.0.1:${ports.nginx}` },
    holdfast: { pid: holdfast, origin: `${scheme}://127.0.0.1:${condition.tls ? ports.tls : ports.holdfast}` },
    stop: async () => void (await Promise.all(running.map((server) => server.stop()))),
  };
}

async function freePorts() {
  return {
    upstream_port: await freePort(),
    shadow_port: await freePort(),
    nginx: await freePort(),
    holdfast: await freePort(),
    tls: await freePort(),
  };
}

export const newSecret = (): string => randomBytes(24).toString("hex");

/** Worker threads of one process, free to run on every core, with the upstream and the load. */
export async function startWorkerThreads(folder: string, count: number, secret: string): Promise<Servers> {
  const [upstream_port, port] = [await freePort(), await freePort()];
  const running = [await startUpstream(`${folder}/upstream`, upstream_port, PLAIN, ALL_CORES)];
  const plan = benchPlan(PLAIN, { upstream_port, shadow_port: upstream_port, secret });
  writeFileSync(`${folder}/plan.json`, JSON.stringify(plan));
  const entry = fileURLToPath(new URL("./holdfast-workers.ts", import.meta.url));
  const args = [...FLAGS, entry, `${folder}/plan.json`, String(port), `${folder}/spool`, String(count)];
  running.push(await startPinned(process.execPath, args, port, ALL_CORES));
  const served = ({ pid }: Running, at: number): Served => ({ pid, origin: `http://127.0.0.1:${at}` });
  return {
    upstream: served(running[0] as Running, upstream_port),
    nginx: undefined,
    holdfast: served(running[1] as Running, port),
    stop: async () => void (await Promise.all(running.map((server) => server.stop()))),
  };
}

function startUpstream(folder: string, port: number, condition: Condition, core: string = LOAD_CORE): Promise<Running> {
  return startNginx(folder, upstreamConfig(port, folder, condition), port, core);
}

function startHoldfast(folder: string, ports: { holdfast: number; tls: number }, transport: string): Promise<Running> {
  const entry = fileURLToPath(new URL("./holdfast-node.ts", import.meta.url));
  const places = [`${folder}/plan.json`, String(ports.holdfast), String(ports.tls), `${folder}/spool`];
  const args = [...FLAGS, ...HEAP_OPTIONS, entry, ...places, transport];
  return startPinned(process.execPath, args, ports.holdfast, GATEWAY_CORE);
}
