// Whatever is sent wrongly or answered badly gets the documented answer, and a record that says what happened.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallRecord, Page } from "@holdfast/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, type SmallServer, serve } from "../../apps/holdfast/demo/http-server.ts";
import { eventually } from "../process/eventually.ts";
import { type HoldfastProcess, startHoldfastProcess } from "../process/holdfast.ts";
import { firstAdmin, type Member } from "../process/team.ts";

const KEY = "hf_faults_0123456789abcdef";
const WITH_KEY = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };

let data_dir: string;
let good: SmallServer;
let raw: { port: number; close(): void };
let holdfast: HoldfastProcess;
let ada: Member;

/** An upstream that speaks bytes: by path, it stays silent, cuts its answer or talks nonsense. */
function serveRaw(): Promise<typeof raw> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (bytes) => {
      const head = bytes.toString("latin1");
      if (head.includes(" /cuts")) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this");
      if (head.includes(" /nonsense")) socket.end("ceci n'est pas HTTP\r\n\r\n");
      if (head.includes(" /hangs-up")) socket.destroy();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({ port: (server.address() as { port: number }).port, close: () => server.close() });
    });
  });
}

/** A port that nothing listens on: it was free a moment ago. */
async function deadPort(): Promise<number> {
  const server = await serve({ host: "127.0.0.1", port: 0 }, async () => undefined);
  await server.close();
  return server.port;
}

beforeAll(async () => {
  data_dir = await mkdtemp(join(tmpdir(), "holdfast-faults-"));
  good = await serve({ host: "127.0.0.1", port: 0 }, async ({ path }) => json(path === "/good/500" ? 500 : 200, {}));
  raw = await serveRaw();
  const config = join(data_dir, "settings.yaml");
  await writeFile(config, settings(await deadPort()));
  holdfast = await startHoldfastProcess({ data_dir, args: ["--config", config], environment: { APP_KEY: KEY } });
  ada = await firstAdmin(holdfast);
});

afterAll(async () => {
  await holdfast.stop();
  await good.close();
  raw.close();
  await rm(data_dir, { recursive: true });
});

const settings = (dead: number): string => `holdfast: 1
services:
  good: { releases: { v1: { upstreams: [http://127.0.0.1:${good.port}] } } }
  dead: { releases: { v1: { upstreams: [http://127.0.0.1:${dead}] } } }
  raw:
    timeouts: { first_byte: 300ms, idle: 300ms, total: 5s }
    releases: { v1: { upstreams: [http://127.0.0.1:${raw.port}] } }
routes:
  good: { match: { path: /good/** }, to: good, access: api-key, body_most: 1KiB }
  getter: { match: { path: /getter, methods: [GET] }, to: good, access: public }
  limited:
    match: { path: /limited }
    to: good
    access: public
    limits: { each: { by: route, rate: 1 per 1h } }
  dead: { match: { path: /dead }, to: dead, access: public }
  silent: { match: { path: /silent }, to: raw, access: public }
  cuts: { match: { path: /cuts }, to: raw, access: public }
  nonsense: { match: { path: /nonsense }, to: raw, access: public }
  hangs-up: { match: { path: /hangs-up }, to: raw, access: public }
consumers: { app: { keys: ["\${env:APP_KEY}"] } }
providers: { sample: { kind: openai-compatible, url: http://127.0.0.1:${good.port}/v1 } }
models: { assistant: { access: api-key, releases: { s: { targets: [sample/m] } } } }
`;

function recordOf(request_id: string | null): Promise<CallRecord> {
  return eventually(`the record of ${request_id}`, async () => {
    const { items } = await ada.in<Page<CallRecord>>("GET", "/calls?limit=200");
    return items.find((call) => call.request_id === request_id);
  });
}

type Case = {
  name: string;
  path: string;
  init?: RequestInit;
  status: number;
  code: string;
  origin: CallRecord["error_origin"];
};

const post = (body: string, headers: Record<string, string> = WITH_KEY): RequestInit => ({
  method: "POST",
  headers,
  body,
});

const cases: Case[] = [
  { name: "no key", path: "/good/x", status: 401, code: "credentials_missing", origin: "client" },
  {
    name: "a wrong key",
    path: "/good/x",
    init: { headers: { "x-api-key": "hf_wrong_0123456789" } },
    status: 401,
    code: "credentials_invalid",
    origin: "client",
  },
  {
    name: "a method that the route does not take",
    path: "/getter",
    init: post("{}"),
    status: 405,
    code: "method_not_allowed",
    origin: "client",
  },
  {
    name: "a body over the route's limit",
    path: "/good/x",
    init: post("x".repeat(2_000)),
    status: 413,
    code: "body_too_large",
    origin: "client",
  },
  {
    name: "an upstream that is not there",
    path: "/dead",
    status: 502,
    code: "upstream_unreachable",
    origin: "upstream",
  },
  { name: "an upstream that says nothing", path: "/silent", status: 504, code: "upstream_timeout", origin: "upstream" },
  {
    name: "an upstream that does not speak HTTP",
    path: "/nonsense",
    status: 502,
    code: "upstream_invalid",
    origin: "upstream",
  },
];

describe("answers with a problem document, and a record", () => {
  test.each(cases)("$name", async ({ path, init, status, code, origin }) => {
    const response = await fetch(`${holdfast.gateway}${path}`, init);
    const body = await response.json();
    expect({ status: response.status, code: body.code }).toEqual({ status, code });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(body.type).toBe(`https://holdfast.dev/errors/${code}`);
    // What no route took belongs to no workspace, so nobody of this one reads its record.
    if (code === "method_not_allowed") return;
    expect(await recordOf(response.headers.get("x-request-id"))).toMatchObject({
      status,
      outcome: code,
      error_origin: origin,
    });
  });

  test("a route that nobody declared", async () => {
    const response = await fetch(`${holdfast.gateway}/nowhere`);
    expect([response.status, (await response.json()).code]).toEqual([404, "route_unknown"]);
  });

  test("a rate limit, with the time to wait", async () => {
    expect((await fetch(`${holdfast.gateway}/limited`)).status).toBe(200);
    const response = await fetch(`${holdfast.gateway}/limited`);
    expect([response.status, (await response.json()).code]).toEqual([429, "rate_limited"]);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(1_000);
    expect(await recordOf(response.headers.get("x-request-id"))).toMatchObject({ outcome: "rate_limited" });
  });
});

describe("passes on what the upstream says, and counts it", () => {
  test("a failure of its own", async () => {
    const response = await fetch(`${holdfast.gateway}/good/500`, { headers: WITH_KEY });
    expect(response.status).toBe(500);
    expect(await recordOf(response.headers.get("x-request-id"))).toMatchObject({
      outcome: "upstream_error",
      error_origin: "upstream",
    });
  });

  test("a cut answer is cut for the client too, and never looks whole", async () => {
    const response = await fetch(`${holdfast.gateway}/cuts`);
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect(await recordOf(response.headers.get("x-request-id"))).toMatchObject({
      outcome: "upstream_body_cut",
      error_origin: "upstream",
    });
  });

  test("an upstream that hangs up without an answer", async () => {
    const response = await fetch(`${holdfast.gateway}/hangs-up`);
    expect(response.status).toBe(502);
    expect((await recordOf(response.headers.get("x-request-id"))).error_origin).toBe("upstream");
  });
});

describe("speaks the dialect that was called", () => {
  const chat = (init: RequestInit) => fetch(`${holdfast.gateway}/v1/chat/completions`, init);

  test.each([
    { name: "malformed JSON", init: post('{"model":'), status: 400, code: "malformed_request" },
    { name: "an unknown model", init: post('{"model":"nothing","messages":[]}'), status: 404, code: "model_not_found" },
    {
      name: "no key",
      init: post("{}", { "content-type": "application/json" }),
      status: 401,
      code: "invalid_api_key",
    },
  ])("$name", async ({ init, status, code }) => {
    const response = await chat(init);
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status,
      body: { error: { code } },
    });
  });
});

describe("bytes that are not a request", () => {
  function exchange(bytes: string): Promise<string> {
    const { hostname, port } = new URL(holdfast.gateway);
    return new Promise((resolve, reject) => {
      let answer = "";
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.on("data", (chunk) => {
        answer += chunk.toString();
      });
      socket.on("close", () => resolve(answer));
      socket.on("error", reject);
      socket.setTimeout(5_000, () => socket.destroy());
    });
  }

  test.each([
    { name: "no HTTP at all", bytes: "hello\r\n\r\n", status: 400 },
    {
      name: "two lengths that differ",
      bytes: "POST /getter HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
      status: 400,
    },
    {
      name: "length and chunks together",
      bytes: "POST /getter HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      status: 400,
    },
    { name: "no host", bytes: "GET /getter HTTP/1.1\r\nconnection: close\r\n\r\n", status: 400 },
    {
      name: "a dot segment",
      bytes: "GET /good/../getter HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
      status: 400,
    },
    {
      name: "a head without end",
      bytes: `GET /getter HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(40_000)}\r\n\r\n`,
      status: 431,
    },
  ])("$name", async ({ bytes, status }) => {
    expect(await exchange(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test("and the gateway still serves", async () => {
    expect((await fetch(`${holdfast.gateway}/getter`)).status).toBe(200);
  });
});
