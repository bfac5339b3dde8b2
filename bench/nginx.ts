// nginx as the yardstick: once as the upstream of both sides, once as a gateway with the same duties as ours.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { waitForPort } from "./wait.ts";

export type Running = { pid: number; stop(): Promise<void> };

export function nginxVersion(): string | undefined {
  const asked = spawnSync("nginx", ["-v"], { encoding: "utf8" });
  return asked.error ? undefined : /nginx\/([\d.]+)/.exec(asked.stderr)?.[1];
}

/** Answers every request with a JSON body of `body_bytes`. */
export function upstreamConfig(port: number, body_bytes: number): string {
  const body = JSON.stringify({ filling: "x".repeat(Math.max(0, body_bytes - 14)) });
  return `http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 1h;
  server { listen 127.0.0.1:${port}; location / { default_type application/json; return 200 '${body}'; } }
}`;
}

/** Key check by map, request limit by key, one JSON access-log line per call, connections kept on both sides. */
export function gatewayConfig(port: number, upstream_port: number, key: string, log_file: string): string {
  return `http {
  log_format record escape=json '{"at":"$msec","id":"$request_id","method":"$request_method","host":"$host","uri":"$uri","status":$status,'
    '"bytes_in":$request_length,"bytes_out":$bytes_sent,"time":$request_time,"upstream":"$upstream_addr","connect":"$upstream_connect_time",'
    '"first_byte":"$upstream_header_time","consumer":"$consumer","agent":"$http_user_agent"}';
  access_log ${log_file} record buffer=64k flush=1s;
  map_hash_bucket_size 256;
  map $http_x_api_key $consumer { default ""; "${key}" "bench"; }
  limit_req_zone $consumer zone=per_consumer:10m rate=1000000r/s;
  keepalive_requests 1000000000; keepalive_timeout 1h;
  upstream shop { server 127.0.0.1:${upstream_port}; keepalive 1024; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location /orders/ {
      if ($consumer = "") { return 401; }
      limit_req zone=per_consumer burst=1000000 nodelay;
      proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Request-Id $request_id;
      proxy_pass http://shop;
    }
  }
}`;
}

/** Starts one nginx with one worker, pinned to `core`. Settles when `port` accepts. */
export async function startNginx(folder: string, config: string, port: number, core: number): Promise<Running> {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/nginx.conf`;
  const head = `daemon off; master_process off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log warn;\n`;
  writeFileSync(file, `${head}events { worker_connections 8192; }\n${config}\n`);
  return startPinned("nginx", ["-p", folder, "-c", file], port, core);
}

/** Runs a command on one core only and waits until `port` accepts. */
export async function startPinned(command: string, args: string[], port: number, core: number): Promise<Running> {
  const child = spawn("taskset", ["-c", String(core), command, ...args], { stdio: ["ignore", "inherit", "inherit"] });
  // Whatever ends the benchmark, nothing is left running.
  process.once("exit", () => child.kill("SIGKILL"));
  await waitForPort(port);
  return { pid: child.pid as number, stop: () => stopped(child) };
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
