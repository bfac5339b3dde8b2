// `npm run bench`: the gateway beside nginx with the same duties, each alone on one core, in one run; prints ratios and keeps a history.
//   --seconds N   length of one measurement (default 8)      --rounds N   measurements of each side, in turn (default 3)
//   --transport T lean or node (default: the product's)
import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DEFAULT_TRANSPORT } from "@holdfast/gateway";
import { measurePaced, measureThroughput, wrkVersion } from "./load.ts";
import { gatewayConfig, nginxVersion, type Running, startNginx, startPinned, upstreamConfig } from "./nginx.ts";
import { benchPlan } from "./plan.ts";
import { type Conditions, type Rounds, resultOf, tableOf } from "./report.ts";
import { freePort } from "./wait.ts";

const GATEWAY_CORE = 0;
const LOAD_CORE = 1;
const PACED_SECONDS = 5;
const WARM_UP_SECONDS = 3;

type Served = Running & { url: string };
type Servers = { upstream: Served; nginx: Served; holdfast: Served };

async function startServers(folder: string, key: string, { body_bytes, transport }: Conditions): Promise<Servers> {
  const ports = { upstream: await freePort(), nginx: await freePort(), holdfast: await freePort() };
  const served = (running: Running, port: number): Served => ({ ...running, url: `http://127.0.0.1:${port}/orders/1` });
  const upstream_config = upstreamConfig(ports.upstream, body_bytes);
  const upstream = await startNginx(`${folder}/upstream`, upstream_config, ports.upstream, LOAD_CORE);
  const nginx_config = gatewayConfig(ports.nginx, ports.upstream, key, `${folder}/access.log`);
  const nginx = await startNginx(`${folder}/gateway`, nginx_config, ports.nginx, GATEWAY_CORE);
  writeFileSync(`${folder}/plan.json`, JSON.stringify(benchPlan(ports.upstream, key)));
  const entry = fileURLToPath(new URL("./holdfast-node.ts", import.meta.url));
  const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=32"];
  const args = [...flags, entry, `${folder}/plan.json`, String(ports.holdfast), `${folder}/spool`, transport];
  const holdfast = await startPinned(process.execPath, args, ports.holdfast, GATEWAY_CORE);
  return {
    upstream: served(upstream, ports.upstream),
    nginx: served(nginx, ports.nginx),
    holdfast: served(holdfast, ports.holdfast),
  };
}

async function measure(servers: Servers, key: string, conditions: Conditions, rounds: number): Promise<Rounds> {
  const { nginx, holdfast, upstream } = servers;
  const load = { core: LOAD_CORE, connections: conditions.connections, seconds: conditions.seconds };
  const found: Rounds = { nginx: [], holdfast: [], added_p50_ms: [], added_p99_ms: [] };
  await measureThroughput(holdfast.url, key, holdfast.pid, { ...load, seconds: WARM_UP_SECONDS });
  for (let round = 0; round < rounds; round++) {
    found.nginx.push(await measureThroughput(nginx.url, key, nginx.pid, load));
    found.holdfast.push(await measureThroughput(holdfast.url, key, holdfast.pid, load));
    const direct = await measurePaced(upstream.url, key, conditions.paced_rate, PACED_SECONDS);
    const through = await measurePaced(holdfast.url, key, conditions.paced_rate, PACED_SECONDS);
    found.added_p50_ms.push(quantile(through, 0.5) - quantile(direct, 0.5));
    found.added_p99_ms.push(quantile(through, 0.99) - quantile(direct, 0.99));
  }
  return found;
}

function quantile(sorted: number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] as number;
}

function keep(result: object): void {
  const folder = fileURLToPath(new URL("../docs/measurements", import.meta.url));
  mkdirSync(folder, { recursive: true });
  appendFileSync(`${folder}/gateway.history.jsonl`, `${JSON.stringify(result)}\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "8" },
      rounds: { type: "string", default: "3" },
      transport: { type: "string", default: DEFAULT_TRANSPORT },
    },
  });
  const [nginx, wrk] = [nginxVersion(), wrkVersion()];
  if (!nginx || !wrk || cpus().length < 2) {
    console.error("The benchmark needs nginx, wrk and two cores: apt-get install nginx wrk");
    return 2;
  }
  const conditions = {
    nginx,
    wrk,
    seconds: Number(values.seconds),
    connections: 64,
    body_bytes: 1024,
    paced_rate: 1000,
    transport: values.transport,
  };
  const folder = mkdtempSync(`${tmpdir()}/holdfast-bench-`);
  const key = `bench_${randomBytes(24).toString("hex")}`;
  try {
    const servers = await startServers(folder, key, conditions);
    const result = resultOf(await measure(servers, key, conditions, Number(values.rounds)), conditions);
    await Promise.all(Object.values(servers).map((server) => server.stop()));
    console.log(tableOf(result));
    keep(result);
    if (result.holdfast.errors === 0) return 0;
    console.error(`${result.holdfast.errors} calls failed: the figures do not count`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exit(await main());
