// Upstreams that break, answers that are cut, clients that leave.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { CallRecord } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { closeAll, rawUpstream, request, routeTo, talk, upstream, world } from "../../tests/gateway/world.ts";

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
    name: "announces a length of 2^64",
    answer: sends("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\nabc"),
    status: 502,
    code: "upstream_invalid",
  },
  {
    name: "announces two lengths",
    answer: sends("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc"),
    status: 502,
    code: "upstream_invalid",
  },
  {
    name: "folds a header",
    answer: sends("HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 0\r\n\r\n"),
    status: 502,
    code: "upstream_invalid",
  },
  {
    name: "has a NUL in its head",
    answer: sends("HTTP/1.1 200 OK\r\nX-A: b\0c\r\nContent-Length: 0\r\n\r\n"),
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
  expect(answered.header("x-holdfast-ref")).toMatch(/^hf2\./);
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
    expect(await record()).toMatchObject({ outcome: "time_limit_reached", error_origin: "gateway", status: 200 });
  });

  test("but goes on where nobody wrote the total time down", async () => {
    const { url } = await upstream((_, response) => {
      const drip = setInterval(() => response.write("x"), 50);
      setTimeout(() => response.end("whole"), 1000);
      response.on("close", () => clearInterval(drip));
    });
    const until_head = { ...timeouts, total_until_head: true } as const;
    const { port, record } = await world({ routes: [routeTo(url, { timeouts: until_head })] });
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(answer.body).toMatch(/whole\r\n0\r\n\r\n$/);
    expect(await record()).toMatchObject({ outcome: "ok", status: 200 });
  });

  test("or does not begin in that time although its request drips on", async () => {
    const { url } = await upstream((incoming) => incoming.on("error", () => undefined).resume());
    const until_head = { ...timeouts, total_until_head: true } as const;
    const { port, record } = await world({ routes: [routeTo(url, { timeouts: until_head })] });
    const drips = Array.from({ length: 100 }, () => "x");
    await talk(port, { pieces: [request("POST /orders/1", ["Content-Length: 1000"]), ...drips] });
    expect(await record()).toMatchObject({ outcome: "request_timeout", status: 408 });
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
