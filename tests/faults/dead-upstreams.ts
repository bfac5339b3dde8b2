// What a dead upstream is proved with: services that are alive and dead, and the gateway and nginx with the same routes to them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan, PlanRoute, UpstreamRules } from "@holdfast/contract";
import { startNginx } from "../../bench/nginx.ts";
import { freePort } from "../../bench/wait.ts";
import { GATEWAY_CORE, type Node, OTHER_CORE, startPlan, startSlowService } from "../load/places.ts";
import { type Alive, SILENCE_MS, WORK_MS } from "./dead-upstream-method.ts";

/** As many as ask, and more. */
const WORKERS = 1000;

export type Services = Record<Alive | "mute", number> & { stop(): Promise<unknown> };

/** Ports. What answers at once, and what never does, is nginx, which costs the core that it shares with the load the least. */
export async function startServices(folder: string): Promise<Services> {
  const [at_once, mute] = [await freePort(), await freePort()];
  const config = join(folder, "services");
  mkdirSync(config);
  writeFileSync(join(config, "nobody"), "");
  const http = `http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 1h;
  server { listen 127.0.0.1:${at_once} backlog=4096; location / { default_type application/json; return 200 "{}"; } }
  server { listen 127.0.0.1:${mute} backlog=4096; auth_basic mute; auth_basic_user_file ${config}/nobody; auth_delay 1h; root ${config}; }
}`;
  const nginx = await startNginx(config, http, mute, OTHER_CORE);
  const slow = await startSlowService(WORKERS, WORK_MS.at_work);
  return { at_once, mute, at_work: slow.port, stop: () => Promise.all([nginx.stop(), slow.stop()]) };
}

/** Nobody listens there. */
const NOBODY = "http://127.0.0.1:1";
const BREAKER: UpstreamRules = {
  balance: "round-robin",
  breaker: { errors: 0.5, of_least: 20, window: 10_000, open_for: 5000, probes: 3 },
};

/** Routes `/live/at_once`, `/other/at_once`, `/dead/mute` and so on. */
export function startGateway({ at_work, at_once, mute }: Services): Promise<Node> {
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const alive = { at_work: url(at_work), at_once: url(at_once) };
  const routes = [
    ...Object.entries(alive).flatMap(([name, to]) => [route(`live/${name}`, to), route(`other/${name}`, to)]),
    route("dead/own", undefined),
    route("dead/refuses", NOBODY),
    route("dead/mute", url(mute)),
    route("dead/broken", url(mute), BREAKER),
    route("dead/nameless", "http://nowhere.invalid:9001"),
  ];
  const reference_keys = { default: Buffer.alloc(32, 1).toString("base64url") };
  const plan: Plan = {
    version: 1,
    number: 1,
    made_at: 0,
    routes,
    models: [],
    consumers: [],
    sites: [],
    reference_keys,
  };
  return startPlan(plan);
}

function route(path: string, url: string | undefined, rules?: UpstreamRules): PlanRoute {
  const name = path.replace("/", "-");
  const release = { name: "v1", weight: 1, targets: url === undefined ? [] : [{ url }], ...(rules && { rules }) };
  return {
    kind: "route",
    workspace: "default",
    subject: `routes.${name}`,
    name,
    service: name,
    path: `/${path}`,
    access: "public",
    limits: [],
    capture: { headers: false, payload_share: 0 },
    timeouts: { connect_ms: SILENCE_MS, first_byte_ms: SILENCE_MS, idle_ms: SILENCE_MS, total_ms: 5 * SILENCE_MS },
    releases: url === undefined ? [] : [release],
    ...(url === undefined
      ? { answer: { kind: "respond", status: 200, body: "{}", headers: {}, content_type: "application/json" } as const }
      : {}),
  };
}

/** The same routes where nginx has such a thing: it has no breaker for a single upstream, and asks for names when it starts. */
export async function startNginxGateway(folder: string, { at_once, at_work, mute }: Services): Promise<Node> {
  const port = await freePort();
  const own = join(folder, "nginx");
  const upstream = (name: string, to: number) =>
    `upstream ${name} { server 127.0.0.1:${to} max_fails=0; keepalive 1024; keepalive_requests 1000000000; }`;
  const location = (path: string, to: string) => `location = /${path} { proxy_pass http://${to}; }`;
  const config = `http {
  access_log ${own}/access.log combined buffer=64k flush=1s; keepalive_requests 1000000000; keepalive_timeout 1h;
  ${upstream("at_once", at_once)}
  ${upstream("at_work", at_work)}
  ${upstream("mute", mute)}
  server {
    listen 127.0.0.1:${port} backlog=4096; proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_connect_timeout ${SILENCE_MS}ms; proxy_read_timeout ${SILENCE_MS}ms;
    ${location("live/at_once", "at_once")} ${location("other/at_once", "at_once")}
    ${location("live/at_work", "at_work")} ${location("other/at_work", "at_work")}
    location = /dead/own { default_type application/json; return 200 "{}"; }
    location = /dead/refuses { proxy_pass ${NOBODY}; }
    ${location("dead/mute", "mute")}
  }
}`;
  return { ...(await startNginx(own, config, port, GATEWAY_CORE)), port };
}
