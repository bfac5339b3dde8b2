import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import {
  closeAll,
  keyHash,
  planOf,
  rawUpstream,
  request,
  routeTo,
  talk,
  upstream,
  world,
} from "../../tests/gateway/world.ts";

afterEach(closeAll);

const timeouts = { connect_ms: 200, first_byte_ms: 200, idle_ms: 200, total_ms: 600 };
const sends = (answer: string) => (socket: Socket) => void socket.end(answer);

type Broken = {
  name: string;
  answer: (socket: Socket, received: string) => void;
  status: number;
  code: string;
  detail?: RegExp;
};

const broken: Broken[] = [
  {
    name: "closes without a word",
    answer: (socket) => socket.end(),
    status: 502,
    code: "upstream_invalid",
    detail: /may have acted/,
  },
  { name: "resets", answer: (socket) => socket.resetAndDestroy(), status: 502, code: "upstream_invalid" },
  {
    name: "is not HTTP",
    answer: sends("220 mail.example ESMTP\r\n"),
    status: 502,
    code: "upstream_invalid",
    detail: /not valid/,
  },
  {
    name: "breaks its head",
    answer: sends("HTTP/1.1 200 OK\r\nx y\r\n\r\n"),
    status: 502,
    code: "upstream_invalid",
  },
  {
    name: "frames twice",
    answer: sends("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
    status: 502,
    code: "upstream_invalid",
  },
  {
    name: "switches protocols unasked",
    answer: sends("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    status: 502,
    code: "upstream_invalid",
  },
  {
    name: "has a head without end",
    answer: (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${`x-a: ${"a".repeat(1000)}\r\n`.repeat(100)}`),
    status: 502,
    code: "upstream_invalid",
  },
  { name: "never answers", answer: () => undefined, status: 504, code: "upstream_timeout", detail: /silent/ },
];

test.each(broken)("an upstream that $name", async ({ answer, status, code, detail }) => {
  const { url } = await rawUpstream(answer);
  const { port, record } = await world({ routes: [routeTo(url, { timeouts })] });
  const answered = await talk(port, { pieces: [request("POST /orders/1", ["Content-Length: 1"], "x")] });
  expect(answered).toMatchObject({ status, ended: "closed" });
  expect(JSON.parse(answered.body)).toMatchObject({ code });
  if (detail) expect(answered.body).toMatch(detail);
  expect(answered.header("x-holdfast-ref")).toMatch(/^hf1\./);
  expect(await record()).toMatchObject({
    status,
    outcome: code,
    error_origin: "upstream",
    upstream_status: null,
    release: "v1",
  });
});

test("an upstream that is not there", async () => {
  const { url, close } = await rawUpstream(() => undefined);
  await close();
  const { port, record } = await world({ routes: [routeTo(url)] });
  const answer = await talk(port, { pieces: [request("GET /orders/1")] });
  expect(answer.status).toBe(502);
  expect(await record()).toMatchObject({
    outcome: "upstream_unreachable",
    upstream: url.slice(7),
    phases: { wait_us: null },
  });
});

test.each([
  "http://169.254.169.254",
  "http://[fe80::1]",
  "http://0.0.0.0:80",
  "http://224.0.0.1",
  "http://[::ffff:169.254.169.254]",
])("%s is not asked", async (url) => {
  const { port, record } = await world({ routes: [routeTo(url)] });
  const began = performance.now();
  expect(await talk(port, { pieces: [request("GET /orders/1")] })).toMatchObject({ status: 502 });
  expect(performance.now() - began).toBeLessThan(400);
  expect(await record()).toMatchObject({ outcome: "upstream_unreachable" });
});

describe("an answer that is cut", () => {
  type Cut = { name: string; head: string; piece: string; ended: "closed" | "reset"; http?: string };
  const cuts: Cut[] = [
    { name: "in its length", head: "Content-Length: 10", piece: "12345", ended: "closed" },
    { name: "between chunks", head: "Transfer-Encoding: chunked", piece: "5\r\n12345\r\n", ended: "closed" },
    { name: "inside a chunk", head: "Transfer-Encoding: chunked", piece: "a\r\n12345", ended: "closed" },
    {
      name: "for an HTTP/1.0 client",
      head: "Transfer-Encoding: chunked",
      piece: "5\r\n12345\r\n",
      ended: "reset",
      http: "1.0",
    },
  ];

  test.each(cuts)("$name is not passed on as whole", async ({ head, piece, ended, http = "1.1" }) => {
    const { url } = await rawUpstream((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${piece}`);
      setTimeout(() => socket.end(), 50);
    });
    const { port, record } = await world({ routes: [routeTo(url)] });
    const answer = await talk(port, { pieces: [request("GET /orders/1").replace("HTTP/1.1", `HTTP/${http}`)] });
    expect(answer.status).toBe(200);
    expect(answer.ended).toBe(ended);
    expect(answer.body).toContain("12345");
    expect(answer.body).not.toContain("0\r\n\r\n");
    expect(await record()).toMatchObject({
      status: 200,
      outcome: "upstream_body_cut",
      error_origin: "upstream",
      upstream_status: 200,
    });
  });

  test("or just stops, when it is silent too long", async () => {
    const { url } = await rawUpstream(
      (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"),
    );
    const { port, record } = await world({ routes: [routeTo(url, { timeouts })] });
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(answer).toMatchObject({ status: 200, body: "12345", ended: "closed" });
    expect(await record()).toMatchObject({ outcome: "upstream_timeout", error_origin: "upstream" });
  });

  test("or drips past the total time", async () => {
    const { url } = await upstream((_, response) => {
      const drip = setInterval(() => response.write("x"), 50);
      response.on("close", () => clearInterval(drip));
    });
    const { port, record } = await world({ routes: [routeTo(url, { timeouts })] });
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(answer.ended).toBe("closed");
    expect(answer.body).not.toContain("0\r\n\r\n");
    expect(await record()).toMatchObject({ outcome: "upstream_timeout", status: 200 });
  });
});

describe("a client that leaves", () => {
  /** Resolves with the milliseconds after which the upstream heard of it. */
  async function leaving(parts: { head: boolean; body: boolean }): Promise<{ heard_ms: number; record: CallRecord }> {
    let left_at = 0;
    let heard: (ms: number) => void = () => undefined;
    const hearing = new Promise<number>((resolve) => {
      heard = resolve;
    });
    const { url } = await upstream((incoming, response) => {
      incoming.on("error", () => undefined).resume();
      response.on("close", () => heard(performance.now() - left_at));
      if (parts.head) response.write("first piece");
    });
    const { port, record } = await world({ routes: [routeTo(url)] });
    const socket = connect(port, "127.0.0.1");
    const head = parts.body ? request("POST /orders/1", ["Content-Length: 100"], "half") : request("GET /orders/1");
    socket.write(head);
    await (parts.head ? once(socket, "data") : sleep(150));
    left_at = performance.now();
    socket.destroy();
    return { heard_ms: await hearing, record: await record() };
  }

  test.each([
    ["before the answer", { head: false, body: false }, 499],
    ["inside the answer", { head: true, body: false }, 200],
    ["inside its own body", { head: false, body: true }, 499],
  ])("%s ends the upstream's work", async (_, parts, status) => {
    const { heard_ms, record } = await leaving(parts);
    expect(heard_ms).toBeLessThan(250);
    expect(record).toMatchObject({ status, outcome: "client_gone", error_origin: "client" });
  });

  test("or falls asleep inside its body, is told", async () => {
    const { url } = await upstream((incoming) => incoming.on("error", () => undefined).resume());
    const { port, record } = await world({ routes: [routeTo(url, { timeouts })] });
    const answer = await talk(port, { pieces: [request("POST /orders/1", ["Content-Length: 100"], "half")] });
    expect(answer.status).toBe(408);
    expect(await record()).toMatchObject({ outcome: "request_timeout", error_origin: "client", request_bytes: 4 });
  });

  test("or does not take the answer, is given up", async () => {
    const { url } = await upstream((_, response) => response.end(Buffer.alloc(50_000_000)));
    const { port, record } = await world({ routes: [routeTo(url, { timeouts: { ...timeouts, total_ms: 5000 } })] });
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(request("GET /orders/1"));
    expect(await record()).toMatchObject({ status: 200, outcome: "client_gone" });
    socket.destroy();
  });
});

describe("connections to the upstream", () => {
  test("are used again, and not when the answer was not read to its end", async () => {
    const raw = await rawUpstream((socket, received) => {
      const last = received.slice(received.lastIndexOf("/orders/"));
      // More bytes than were announced must not become the next client's answer.
      if (received.endsWith("\r\n\r\n"))
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${last.startsWith("/orders/evil") ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL" : ""}`,
        );
    });
    const { port } = await world({ routes: [routeTo(raw.url)] });
    for (const path of ["1", "2", "evil", "3", "4"]) {
      expect((await talk(port, { pieces: [request(`GET /orders/${path}`)] })).body).toBe("ok");
      await sleep(20);
    }
    expect(raw.connections()).toBe(2);
  });

  test.each([
    ["GET", 200, "ok", 2],
    // Nobody knows whether it was acted upon, so it is not sent twice.
    ["POST", 502, "upstream_invalid", 1],
  ])("that close under a %s: %i", async (method, status, outcome, connections) => {
    const raw = await rawUpstream((socket, received) => {
      if (!received.endsWith("\r\n\r\n")) return;
      if (received.split("HTTP/1.1").length > 2) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    const { port, records } = await world({ routes: [routeTo(raw.url)] });
    await talk(port, { pieces: [request("GET /orders/1")] });
    const answer = await talk(port, { pieces: [request(`${method} /orders/2`, ["Content-Length: 0"])] });
    expect(answer.status).toBe(status);
    expect(records.map((record) => record.outcome)).toEqual(["ok", outcome]);
    expect(raw.connections()).toBe(connections);
  });
});

test("a worker that is full says so at once", async () => {
  const { url } = await upstream((_, response) => void setTimeout(() => response.end("ok"), 200));
  const { port, records } = await world({ routes: [routeTo(url)] }, systemClock, 1);
  const first = talk(port, { pieces: [request("GET /orders/1")] });
  await sleep(50);
  const second = await talk(port, { pieces: [request("GET /orders/2")] });
  expect(second.status).toBe(503);
  expect(second.header("retry-after")).toBe("1");
  expect((await first).status).toBe(200);
  expect(records).toMatchObject([{ outcome: "overloaded", error_origin: "gateway" }, { outcome: "ok" }]);
});

describe("change and end", () => {
  test("a call keeps its plan, the next one has the new", async () => {
    const slow = await upstream((_, response) => void setTimeout(() => response.end("old"), 150));
    const fast = await upstream((_, response) => response.end("new"));
    const { gateway, port, records } = await world({ routes: [routeTo(slow.url)] });
    const running = talk(port, { pieces: [request("GET /orders/1")] });
    await sleep(50);
    gateway.swap(planOf({ number: 8, routes: [routeTo(fast.url)] }));
    expect((await talk(port, { pieces: [request("GET /orders/1")] })).body).toBe("new");
    expect((await running).body).toContain("old");
    expect(records.map(({ plan }) => plan)).toEqual([8, 7]);
  });

  test("a plan that is broken changes nothing", async () => {
    const { url } = await upstream((_, response) => response.end("old"));
    const { gateway, port } = await world({ routes: [routeTo(url)] });
    expect(() => gateway.swap(planOf({ routes: [routeTo(url, { workspace: "unknown" })] }))).toThrow("reference key");
    expect((await talk(port, { pieces: [request("GET /orders/1")] })).body).toContain("old");
  });

  test("draining lets calls finish, closes idle connections and takes no new ones", async () => {
    const { url } = await upstream((_, response) => void setTimeout(() => response.end("done"), 200));
    const { gateway, port, records } = await world({ routes: [routeTo(url)] });
    const idle = connect(port, "127.0.0.1");
    const idle_closed = once(idle, "close");
    await once(idle, "connect");
    const running = talk(port, { pieces: [request("GET /orders/1").replace("Connection: close\r\n", "")] });
    await sleep(50);
    await gateway.drain(5000);
    expect(await running).toMatchObject({ status: 200, ended: "closed" });
    await idle_closed;
    await expect(once(connect(port, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
    expect(records).toMatchObject([{ outcome: "ok" }]);
  });

  test("calls that do not end are cut in time", async () => {
    const { url } = await upstream(() => undefined);
    const { gateway, port, records } = await world({ routes: [routeTo(url)] });
    const running = talk(port, { pieces: [request("GET /orders/1")] });
    await sleep(50);
    const began = performance.now();
    await gateway.drain(100);
    expect(performance.now() - began).toBeLessThan(1000);
    expect((await running).ended).toBe("closed");
    expect(records).toMatchObject([{ outcome: "shutting_down", error_origin: "gateway" }]);
  });
});

test("limits refuse with the time to wait, whoever serves", async () => {
  const { url } = await upstream((_, response) => response.end("ok"));
  const limits = [{ name: "few", by: "consumer" as const, rate: { count: 1, window_ms: 60_000 }, burst: 1 }];
  const { port, records } = await world({ routes: [routeTo(url, { access: "api-key", limits })] });
  const ask = () => talk(port, { pieces: [request("GET /orders/1", ["x-api-key: key-of-shop"])] });
  const passed = await ask();
  expect(passed.header("ratelimit-policy")).toBe('"few";q=1;w=60');
  expect(passed.header("ratelimit")).toBe('"few";r=0;t=60');
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(Number(refused.header("retry-after"))).toBeGreaterThan(55);
  expect(records).toMatchObject([
    { consumer: "shop" },
    { outcome: "rate_limited", error_origin: "client", consumer: "shop" },
  ]);
});

test("captures are scrubbed, cut, and leave the stream alone", async () => {
  const { url } = await upstream((incoming, response) => {
    response.setHeader("content-type", "application/json");
    response.setHeader("set-cookie", "session=1");
    incoming
      .on("end", () => response.end(JSON.stringify({ mail: "lena@example.com", rest: "x".repeat(100_000) })))
      .resume();
  });
  const { port, record } = await world({ routes: [routeTo(url, { capture: { headers: true, payload_share: 1 } })] });
  const body = "password=hunter2&item=5";
  const headers = ["content-type: application/x-www-form-urlencoded", `content-length: ${body.length}`, "cookie: a=b"];
  const answer = await talk(port, { pieces: [request("POST /orders/1", headers, body)] });
  expect(answer.body).toContain("lena@example.com");
  const { capture } = await record();
  expect(capture?.request_body).toBe("password=[hidden]&item=5");
  expect(capture?.request_headers).toContainEqual(["cookie", "[hidden]"]);
  expect(capture?.response_headers).toContainEqual(["set-cookie", "[hidden]"]);
  expect(capture?.response_body).toMatch(/^\{"mail":"\[hidden\]"/);
  expect(capture?.response_body?.length).toBeLessThan(70_000);
  expect(capture?.cut).toBe(true);
});

test("two releases share the traffic, and a consumer stays with one", async () => {
  const [v1, v2] = await Promise.all(["v1", "v2"].map((name) => upstream((_, response) => response.end(name))));
  const releases = [
    { name: "v1", weight: 0.5, targets: [{ url: v1?.url as string }] },
    { name: "v2", weight: 0.5, targets: [{ url: v2?.url as string }] },
  ];
  const consumers = Array.from({ length: 20 }, (_, index) => `consumer-${index}`);
  const { port, records } = await world({
    routes: [routeTo("", { releases, access: "api-key" })],
    consumers: consumers.map((name) => ({ workspace: "acme", name, key_hashes: [keyHash(name)] })),
  });
  for (const name of [...consumers, ...consumers])
    await talk(port, { pieces: [request("GET /orders/1", [`authorization: Bearer ${name}`])] });
  const served = (from: number) => records.slice(from, from + 20).map(({ release }) => release);
  expect(served(0)).toEqual(served(20));
  expect(new Set(served(0))).toEqual(new Set(["v1", "v2"]));
});

test("answers wait for their turn on a slow reader without losing one", async () => {
  const { url } = await upstream((incoming, response) => response.end(incoming.url));
  const { port } = await world({ routes: [routeTo(url)] });
  const many = Array.from({ length: 50 }, async (_, index) => {
    const sent = httpRequest({ port, host: "127.0.0.1", path: `/orders/${index}`, agent: false }).end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    let body = "";
    for await (const chunk of answer) body += chunk;
    return body;
  });
  expect(await Promise.all(many)).toEqual(Array.from({ length: 50 }, (_, index) => `/orders/${index}`));
});
