import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { closeAll, closeLater, rawUpstream, routeTo, talk, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const websocket = { idle: 60_000, message_most: 100_000 };

/** A real server that says everything back, and counts those that are connected. */
async function echo() {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: true });
  await once(server, "listening");
  server.on("connection", (socket, { headers, url }) => {
    if (url === "/orders/headers") socket.send(JSON.stringify(headers));
    socket.on("message", (data, binary) => socket.send(data, { binary }));
    socket.on("error", () => undefined);
  });
  closeLater(async () => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function connectTo(port: number, path = "/orders/live", options = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, options);
  const closed = once(socket, "close").then(([code]) => code as number);
  socket.on("error", () => undefined);
  return {
    socket,
    closed,
    open: () => once(socket, "open"),
    next: async () => (await once(socket, "message"))[0] as Buffer,
  };
}

test("text, binary, compressed and large messages pass both ways, and the record says so", async () => {
  const { url } = await echo();
  const { gateway, port, record } = await world({ routes: [routeTo(url, { websocket })] });
  const client = connectTo(port);
  await client.open();
  for (const message of [Buffer.from("hello"), Buffer.alloc(0), Buffer.alloc(70_000, 7)]) {
    const answer = client.next();
    client.socket.send(message);
    expect((await answer).equals(message)).toBe(true);
  }
  client.socket.close(1000);
  expect(await client.closed).toBe(1000);
  const { request_bytes, response_bytes, ...kept } = await record();
  expect(kept).toMatchObject({ status: 101, upstream_status: 101, outcome: "ok", protocol: "websocket", attempts: 1 });
  expect(request_bytes).toBeGreaterThan(100);
  expect(response_bytes).toBeGreaterThan(100);
  expect(gateway.figures().calls).toMatchObject([{ subject: "routes.orders", statuses: [1, 0, 0, 0, 0] }]);
});

test("the upstream sees who the client is, and the client gets its reference", async () => {
  const { url } = await echo();
  const { port } = await world({ routes: [routeTo(url, { websocket })] });
  const client = connectTo(port, "/orders/headers", { headers: { "x-forwarded-for": "9.9.9.9", "x-own": "1" } });
  const [response] = await once(client.socket, "upgrade");
  const headers = JSON.parse((await client.next()).toString());
  expect(headers).toMatchObject({ "x-forwarded-for": "127.0.0.1", "x-own": "1", upgrade: "websocket" });
  expect(response.headers["x-holdfast-ref"]).toMatch(/^hf2\./);
  client.socket.close();
});

test("a route without the setting, a page of another origin and nonsense are refused", async () => {
  const { url } = await echo();
  const origins = ["https://shop.example.com", "https://*.shop.example.com"];
  const routes = [routeTo(url), routeTo(url, { path: "/live", name: "live", websocket: { ...websocket, origins } })];
  const { port } = await world({ routes });
  const handshake = (path: string, ...more: string[]) =>
    talk(port, {
      pieces: [
        `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${more.join("\r\n")}\r\n\r\n`,
      ],
      until: (raw) => raw.includes("\r\n\r\n"),
    });
  const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  const version = "Sec-WebSocket-Version: 13";
  expect((await handshake("/orders/1", key, version)).status).toBe(501);
  expect((await handshake("/live", key, version, "Origin: https://evil.example.com")).status).toBe(403);
  expect((await handshake("/live", key, version, "Origin: https://evil-shop.example.com")).status).toBe(403);
  expect((await handshake("/live", key, version, "Origin: https://eu.shop.example.com")).status).toBe(101);
  const nameless = await handshake("/live", key, version);
  expect([nameless.status, nameless.body]).toEqual([403, expect.stringContaining("names no Origin")]);
  expect((await handshake("/live", key, version, `Origin: ${origins[0]}`)).status).toBe(101);
  expect((await handshake("/live", "Sec-WebSocket-Key: short", version, `Origin: ${origins[0]}`)).status).toBe(400);
});

test.each(["with the handshake", "before the answer"])(
  "what is said %s is no message: 400, and the upstream hears no more",
  async (when) => {
    let gone = when === "with the handshake";
    const { url } = await rawUpstream((socket) => void socket.on("close", () => (gone = true)));
    const { port, record } = await world({ routes: [routeTo(url, { websocket })] });
    const head = "GET /orders/1 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    const handshake = `${head}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`;
    const early = "\x81\x85\0\0\0\0hello";
    const answer = await talk(port, {
      pieces: when === "with the handshake" ? [handshake + early] : [handshake, early],
    });
    expect(answer).toMatchObject({ status: 400, ended: "closed" });
    expect(await record()).toMatchObject({ status: 400, outcome: "malformed_request" });
    await expect.poll(() => gone).toBe(true);
  },
);

test("a message over the limit closes both sides with 1009 and 1001", async () => {
  const { url, server } = await echo();
  const { port, record } = await world({ routes: [routeTo(url, { websocket: { ...websocket, message_most: 1000 } })] });
  const accepted = once(server, "connection");
  const client = connectTo(port, "/orders/live", { perMessageDeflate: false });
  await client.open();
  const [peer] = (await accepted) as [WebSocket];
  const peer_closed = once(peer, "close");
  client.socket.send("x".repeat(1001));
  expect(await client.closed).toBe(1009);
  expect((await peer_closed)[0]).toBe(1001);
  expect(await record()).toMatchObject({ outcome: "body_too_large", reason: expect.stringContaining("1000 bytes") });
});

test("silence for longer than `idle` ends the connection; a ping breaks it", async () => {
  const { url } = await echo();
  const { port, record } = await world({ routes: [routeTo(url, { websocket: { ...websocket, idle: 400 } })] });
  const client = connectTo(port);
  await client.open();
  const pinging = setInterval(() => client.socket.ping(), 100);
  const began = performance.now();
  setTimeout(() => clearInterval(pinging), 1000);
  expect(await client.closed).toBe(1001);
  expect(performance.now() - began).toBeGreaterThan(1100);
  expect(await record()).toMatchObject({ outcome: "ok", reason: expect.stringContaining("400 ms") });
});

test("a client that vanishes ends the upstream's side within 250 ms", async () => {
  const { url, server } = await echo();
  const { port, record } = await world({ routes: [routeTo(url, { websocket })] });
  const accepted = once(server, "connection");
  const client = connectTo(port);
  await client.open();
  const [peer] = (await accepted) as [WebSocket];
  const began = performance.now();
  client.socket.terminate();
  await once(peer, "close");
  expect(performance.now() - began).toBeLessThan(250);
  expect(await record()).toMatchObject({ outcome: "client_gone", status: 101 });
});

test("an upstream that breaks off is told apart from one that closes", async () => {
  const { url, server } = await echo();
  const { port, record } = await world({ routes: [routeTo(url, { websocket })] });
  server.on("connection", (socket) => socket.terminate());
  const client = connectTo(port);
  expect(await client.closed).toBe(1006);
  expect(await record()).toMatchObject({ outcome: "upstream_body_cut", error_origin: "upstream" });
});

test("an upstream that answers like any other is passed on like any other", async () => {
  const { url } = await upstream((_, response) => response.writeHead(403).end("no"));
  const { port, record } = await world({ routes: [routeTo(url, { websocket })] });
  const client = connectTo(port);
  const [, response] = await once(client.socket, "unexpected-response");
  expect(response.statusCode).toBe(403);
  response.resume();
  expect(await record()).toMatchObject({ status: 403, protocol: "http/1.1" });
});

test("an upstream that switches without having read the handshake gets no tunnel", async () => {
  const { url } = await rawUpstream((socket, received) => {
    if (received.endsWith("\r\n\r\n"))
      socket.write("HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: no\r\n\r\n");
  });
  const { port, record } = await world({ routes: [routeTo(url, { websocket })] });
  const client = connectTo(port);
  const [, response] = await once(client.socket, "unexpected-response");
  expect(response.statusCode).toBe(502);
  response.resume();
  expect(await record()).toMatchObject({ outcome: "upstream_invalid" });
});

test("a fast sender waits for a slow reader, and nothing is lost", async () => {
  const { url, server } = await echo();
  const { port } = await world({ routes: [routeTo(url, { websocket: { ...websocket, message_most: 2 ** 20 } })] });
  server.on("connection", (socket) => {
    for (let index = 0; index < 200; index++) socket.send(Buffer.alloc(2 ** 18, index));
  });
  const client = connectTo(port, "/orders/live", { perMessageDeflate: false });
  await client.open();
  client.socket.pause();
  await new Promise((resolve) => setTimeout(resolve, 300));
  let seen = 0;
  const all = new Promise<void>((resolve) => {
    client.socket.on("message", (data: Buffer) => {
      expect(data[0]).toBe(seen % 256);
      if (++seen === 200) resolve();
    });
  });
  client.socket.resume();
  await all;
  client.socket.close();
});

test("a drain says 1001 to both sides and waits for nobody", async () => {
  const { url, server } = await echo();
  const { port, gateway } = await world({ routes: [routeTo(url, { websocket })] });
  const accepted = once(server, "connection");
  const client = connectTo(port);
  await client.open();
  const [peer] = (await accepted) as [WebSocket];
  const peer_closed = once(peer, "close");
  const began = performance.now();
  await gateway.drain(10_000);
  expect(performance.now() - began).toBeLessThan(3000);
  expect(await client.closed).toBe(1001);
  expect((await peer_closed)[0]).toBe(1001);
});
