// Peers that are slower than we are: memory stays bounded, and time does too. How much a process of its own takes with many of them
// is measured by `npm run proof:connections`.
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { closeAll, rawUpstream, request, routeTo, speak, talk, upstream, world } from "../../tests/gateway/world.ts";
import { DEFAULT_TRANSPORT } from "./index.ts";

afterEach(async () => {
  speak(DEFAULT_TRANSPORT);
  await closeAll();
});

const MB = 1e6;
const READERS = 20;
const ANSWER_BYTES = 50 * MB;

test("twenty clients who do not read 50 MB each cost a fraction of that, and the upstream hears when they leave", async () => {
  const left: number[] = [];
  const piece = Buffer.alloc(64 * 1024);
  const { url } = await upstream((_, response) => {
    response.on("close", () => left.push(performance.now()));
    response.writeHead(200, { "content-length": ANSWER_BYTES });
    let rest = ANSWER_BYTES;
    const more = (): void => {
      while (rest > 0) {
        const next = piece.subarray(0, Math.min(rest, piece.length));
        rest -= next.length;
        if (!response.write(next)) return void response.once("drain", more);
      }
      response.end();
    };
    more();
  });
  const timeouts = { connect_ms: 500, first_byte_ms: 2000, idle_ms: 10_000, total_ms: 20_000 };
  const { port, records } = await world({ routes: [routeTo(url, { timeouts })] });
  const before = process.memoryUsage();
  const readers = Array.from({ length: READERS }, (): Socket => {
    const socket = connect(port, "127.0.0.1");
    socket
      .pause()
      .on("error", () => undefined)
      .write(request("GET /orders/1"));
    return socket;
  });
  await sleep(1500);
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  // Garbage that nobody collected yet included; without back-pressure it would be all of it.
  expect(arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan((READERS * ANSWER_BYTES) / 5);
  const left_at = performance.now();
  for (const socket of readers) socket.resetAndDestroy();
  await expect.poll(() => left.length).toBe(READERS);
  expect(Math.max(...left) - left_at).toBeLessThan(250);
  await expect.poll(() => records.length).toBe(READERS);
  expect(new Set(records.map(({ outcome }) => outcome))).toEqual(new Set(["client_gone"]));
});

test("a client that sends one byte after the other is not silent, but out of time in the end", async () => {
  const { url } = await upstream((incoming) => incoming.on("error", () => undefined).resume());
  const timeouts = { connect_ms: 200, first_byte_ms: 200, idle_ms: 200, total_ms: 800 };
  const { port, record } = await world({ routes: [routeTo(url, { timeouts })] });
  const began = performance.now();
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined).write(request("POST /orders/1", ["Content-Length: 1000"], "x"));
  const drip = setInterval(() => socket.write("x"), 80);
  expect(await record()).toMatchObject({ status: 408, outcome: "request_timeout", error_origin: "client" });
  clearInterval(drip);
  socket.destroy();
  expect(performance.now() - began).toBeGreaterThan(700);
  expect(performance.now() - began).toBeLessThan(2000);
});

test.each(["lean", "node"] as const)(
  "a body that stops is waited for no more, nor is its connection: %s",
  async (name) => {
    speak(name);
    const { url } = await upstream((incoming) => incoming.on("error", () => undefined).resume());
    const timeouts = { connect_ms: 200, first_byte_ms: 200, idle_ms: 200, total_ms: 5000 };
    const { port } = await world({ routes: [routeTo(url, { timeouts })] });
    const answer = await talk(port, {
      pieces: ["POST /orders/1 HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 1000\r\n\r\n", "half"],
    });
    expect(answer).toMatchObject({ status: 408, ended: "closed" });
    expect(answer.header("connection")).toBe("close");
  },
);

test("a body that is refused is not waited for", async () => {
  const { url } = await upstream((_, response) => response.end("ok"));
  const { port } = await world({ routes: [routeTo(url, { body_bytes_max: 10 })] });
  const began = performance.now();
  const answer = await talk(port, { pieces: [request("POST /orders/1", ["Content-Length: 1000"], "x")] });
  expect(answer.status).toBe(413);
  expect(performance.now() - began).toBeLessThan(5000);
});

test("an upstream that never answered hears that nobody waits any more, and no port is kept for it", async () => {
  const heard = new Set<string>();
  const { url } = await rawUpstream((socket) => {
    socket.once("end", () => heard.add("an end")).once("error", ({ message }) => heard.add(message));
  });
  const timeouts = { connect_ms: 200, first_byte_ms: 200, idle_ms: 200, total_ms: 5000 };
  const { port } = await world({ routes: [routeTo(url, { timeouts })] });
  const answer = await talk(port, { pieces: [request("POST /orders/1", ["Content-Length: 1"], "x")] });
  expect(answer.status).toBe(504);
  // After an end the gateway's side would be in TIME_WAIT, and keep its port for a minute.
  await expect.poll(() => [...heard]).toEqual(["read ECONNRESET"]);
});
