// The servers of one condition: two upstreams beside the load, and the gateways, each on the gateways' core, idle while the other is
// measured.
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { authority } from "../tests/gateway/certificates.ts";
import type { Condition } from "./conditions.ts";
import { gatewayConfig, startNginx, upstreamConfig } from "./nginx.ts";
import { benchPlan } from "./plan.ts";
import { type Running, startPinned } from "./running.ts";
import { freePort } from "./wait.ts";

const GATEWAY_CORE = 0;
export const LOAD_CORE = 1;

export type Served = { pid: number; origin: string };
export type Servers = { upstream: Served; nginx: Served | undefined; holdfast: Served; stop(): Promise<void> };

/** `beside`: start nginx as a gateway too. */
export async function startServers(
  folder: string,
  condition: Condition,
  { transport, secret, beside }: { transport: string; secret: string; beside: boolean },
): Promise<Servers> {
  const ports = {
    upstream_port: await freePort(),
    shadow_port: await freePort(),
    nginx: await freePort(),
    holdfast: await freePort(),
    tls: await freePort(),
  };
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
    holdfast: {
      pid: holdfast,
      origin: `${scheme}://127.0.0.1:${condition.tls ? ports.tls : ports.holdfast}`,
    },
    stop: async () => void (await Promise.all(running.map((server) => server.stop()))),
  };
}

export const newSecret = (): string => randomBytes(24).toString("hex");

function startUpstream(folder: string, port: number, condition: Condition): Promise<Running> {
  return startNginx(folder, upstreamConfig(port, folder, condition), port, LOAD_CORE);
}

function startHoldfast(folder: string, ports: { holdfast: number; tls: number }, transport: string): Promise<Running> {
  const entry = fileURLToPath(new URL("./holdfast-node.ts", import.meta.url));
  const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=32"];
  const places = [`${folder}/plan.json`, String(ports.holdfast), String(ports.tls), `${folder}/spool`];
  return startPinned(process.execPath, [...flags, entry, ...places, transport], ports.holdfast, GATEWAY_CORE);
}
