// nginx as the yardstick: as the upstreams of both sides, and as a gateway with the same duties as ours.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { type Condition, keyOf } from "./conditions.ts";
import { type Running, startPinned } from "./running.ts";

export function nginxVersion(): string | undefined {
  const asked = spawnSync("nginx", ["-v"], { encoding: "utf8" });
  return asked.error ? undefined : /nginx\/([\d.]+)/.exec(asked.stderr)?.[1];
}

/** What nginx takes in one word of its configuration; longer answers come from a file. */
const WORD_BYTES_MAX = 4000;

/** Answers every request with a JSON body of `answer_bytes`. */
export function upstreamConfig(port: number, folder: string, { answer_bytes }: Condition): string {
  const body = JSON.stringify({ filling: "x".repeat(Math.max(0, answer_bytes - 14)) });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/answer.json`, body);
  const small = answer_bytes <= WORD_BYTES_MAX;
  const answer = small ? `return 200 '${body}';` : `root ${folder}; rewrite ^ /answer.json break;`;
  return `http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 1h; sendfile on; open_file_cache max=10;
  server { listen 127.0.0.1:${port} backlog=4096; location / { default_type application/json; ${answer} } }
}`;
}

export type GatewayParts = {
  port: number;
  upstream_port: number;
  shadow_port: number;
  secret: string;
  folder: string;
  certificate: { certificate: string; key: string };
};

/** Key check by map, request limit by key, one JSON access-log line per call, connections kept on both sides. */
export function gatewayConfig(condition: Condition, parts: GatewayParts): string {
  const { port, upstream_port, shadow_port, folder } = parts;
  mkdirSync(folder, { recursive: true });
  return `http {
  log_format record escape=json '{"at":"$msec","id":"$request_id","method":"$request_method","host":"$host","uri":"$uri","status":$status,'
    '"bytes_in":$request_length,"bytes_out":$bytes_sent,"time":$request_time,"upstream":"$upstream_addr","connect":"$upstream_connect_time",'
    '"first_byte":"$upstream_header_time","consumer":"$consumer","agent":"$http_user_agent"}';
  access_log ${folder}/access.log record buffer=64k flush=1s;
  map_hash_bucket_size 256; map_hash_max_size 262144;
  map $http_x_api_key $consumer { default "";
    ${keysOf(condition, parts)} }
  limit_req_zone $consumer zone=per_consumer:10m rate=1000000r/s;
  keepalive_requests 1000000000; keepalive_timeout 1h; proxy_buffers 16 16k;
  upstream shop { server 127.0.0.1:${upstream_port}; keepalive 1024; keepalive_requests 1000000000; }
  upstream copies { server 127.0.0.1:${shadow_port}; keepalive 1024; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port}${condition.tls ? " ssl" : ""} backlog=4096;${condition.tls ? tlsOf(parts) : ""}
    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Request-Id $request_id;
    ${locationsOf(condition)}
    location = /copy { internal; proxy_pass http://copies$request_uri; }
  }
}`;
}

function keysOf({ keys }: Condition, { secret }: GatewayParts): string {
  return Array.from({ length: keys }, (_, index) => `"${keyOf(secret, index)}" "consumer-${index}";`).join("\n    ");
}

function tlsOf({ folder, certificate: { certificate, key } }: GatewayParts): string {
  writeFileSync(`${folder}/certificate.pem`, certificate);
  writeFileSync(`${folder}/key.pem`, key);
  return `
    ssl_certificate ${folder}/certificate.pem; ssl_certificate_key ${folder}/key.pem; ssl_protocols TLSv1.2 TLSv1.3;`;
}

function locationsOf({ routes, shadow }: Condition): string {
  const copied = shadow ? " mirror /copy; mirror_request_body off;" : "";
  const duties = `if ($consumer = "") { return 401; } limit_req zone=per_consumer burst=1000000 nodelay;`;
  const location = (index: number) => `location /r${index}/ { ${duties}${copied} proxy_pass http://shop; }`;
  return Array.from({ length: routes }, (_, index) => location(index)).join("\n    ");
}

/** Starts one nginx with one worker on `core`. Settles when `port` accepts. */
export async function startNginx(folder: string, config: string, port: number, core: string): Promise<Running> {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/nginx.conf`;
  const head = `daemon off; master_process off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log warn;\n`;
  writeFileSync(file, `${head}events { worker_connections 8192; }\n${config}\n`);
  return startPinned("nginx", ["-p", folder, "-c", file], port, core);
}
