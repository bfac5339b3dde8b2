// Upstreams that answer in the middle of an upload: what they said reaches the client, however they end their connection.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { authority } from "../../tests/gateway/certificates.ts";
import { closeAll, closeLater, routeTo, speak, world } from "../../tests/gateway/world.ts";
import { DEFAULT_TRANSPORT } from "./index.ts";

afterEach(async () => {
  speak(DEFAULT_TRANSPORT);
  await closeAll();
});

const UPLOAD_BYTES = 20e6;
const REFUSAL = "HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: 8\r\n\r\ntoo much";

/** Where the upstream answers. */
const ANSWER_AFTER_BYTES = 65_536;

type Early = { url: string; received: () => number };

/** Answers once, and reads on unless the answer says otherwise. */
async function early(answer: (socket: Socket) => void, secure?: { cert: string; key: string }): Promise<Early> {
  let received = 0;
  const server = secure ? createTlsServer(secure) : createServer();
  server.on(secure ? "secureConnection" : "connection", (socket: Socket) => {
    let answered = false;
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      received += bytes.length;
      if (received < ANSWER_AFTER_BYTES || answered) return;
      answered = true;
      answer(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closeLater(async () => void server.close());
  return {
    url: `${secure ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
  };
}

type Uploaded = { raw: string; sent: number; error: string | undefined };
/** `pause_ms`: between two pieces. `listens`: reads while it sends; otherwise it begins to read half a second later. */
type Client = { port: number; bytes?: number; pause_ms?: number; listens?: boolean; framing?: string };

/** Sends until the answer is there, or as Python and others do, without a look at it. */
async function upload({
  port,
  bytes = UPLOAD_BYTES,
  pause_ms = 0,
  listens = true,
  framing,
}: Client): Promise<Uploaded> {
  const socket = connect(port, "127.0.0.1");
  const told: Uploaded = { raw: "", sent: 0, error: undefined };
  socket.on("error", (error) => {
    told.error ??= error.message;
  });
  const closed = new Promise((resolve) => socket.on("close", resolve));
  const heard = new Promise((resolve) => socket.once("data", resolve).pause());
  const hear = () => {
    socket.resume().on("data", (piece) => {
      told.raw += piece.toString("latin1");
    });
  };
  if (listens) hear();
  else setTimeout(hear, 500);
  socket.write(`POST /orders/1 HTTP/1.1\r\nHost: shop.example.com\r\n${framing ?? `Content-Length: ${bytes}`}\r\n\r\n`);
  const piece = Buffer.alloc(16_000, "a");
  while (told.sent < bytes && !socket.destroyed && !told.raw.includes("\r\n\r\n")) {
    const open = socket.write(framing ? `3e80\r\n${piece}\r\n` : piece);
    told.sent += piece.length;
    if (pause_ms > 0) await sleep(pause_ms);
    else if (!open) await Promise.race([new Promise((drained) => socket.once("drain", drained)), closed, heard]);
  }
  await Promise.race([closed, sleep(listens ? 300 : 900)]);
  socket.destroy();
  return told;
}

const closes = (socket: Socket) => void socket.write(REFUSAL, () => socket.destroy());
const ends: Record<string, (socket: Socket) => void> = {
  "ends its side and reads on": (socket) => void socket.end(REFUSAL),
  "ends its side and reads no more": (socket) => void socket.pause().end(REFUSAL),
  "closes as soon as that is sent": closes,
  "resets as soon as that is sent": (socket) => void socket.write(REFUSAL, () => socket.resetAndDestroy()),
};

describe.each([
  ["fast", 0],
  ["slow", 2],
])("a %s client's upload, refused by an upstream that", (_, pause_ms) => {
  test.each(Object.entries(ends))("%s: the client gets the refusal", async (_, answer) => {
    const { url } = await early(answer);
    const { port, record } = await world({ routes: [routeTo(url)] });
    const { raw } = await upload({ port, pause_ms });
    expect(raw).toMatch(/^HTTP\/1\.1 413 .*\r\n\r\ntoo much$/s);
    expect(raw).toContain("\r\nconnection: close\r\n");
    expect(await record()).toMatchObject({ status: 413, outcome: "client_error", upstream_status: 413 });
  });
});

test.each(Object.entries(ends).slice(0, 2))("over `--transport node` as well, if it %s", async (_, answer) => {
  speak("node");
  const { url } = await early(answer);
  const { port, record } = await world({ routes: [routeTo(url)] });
  expect((await upload({ port })).raw).toMatch(/^HTTP\/1\.1 413 .*\r\n\r\ntoo much$/s);
  expect(await record()).toMatchObject({ status: 413, upstream_status: 413 });
});

test("an upload in chunks is refused in the same way", async () => {
  const { url } = await early(closes);
  const { port } = await world({ routes: [routeTo(url)] });
  const { raw } = await upload({ port, framing: "Transfer-Encoding: chunked" });
  expect(raw).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close\r\n\r\ntoo much$/s);
});

test("over TLS to the upstream as well", async () => {
  const ca = authority("upstreams");
  const { certificate, key } = ca.issue({ name: "upstream", hosts: ["127.0.0.1"] });
  const { url } = await early(closes, { cert: certificate, key });
  const rules = { balance: "round-robin" as const, tls: { ca: ca.certificate } };
  const releases = [{ name: "v1", weight: 1, targets: [{ url }], rules }];
  const { port } = await world({ routes: [routeTo("", { releases })] });
  expect((await upload({ port })).raw).toMatch(/^HTTP\/1\.1 413 .*\r\n\r\ntoo much$/s);
});

test("who is refused by an upstream that will close sends it nothing more", async () => {
  let at_answer = 0;
  const { url, received } = await early((socket) => {
    socket.write(REFUSAL.slice(0, -8));
    setTimeout(() => {
      at_answer = received();
      setTimeout(() => socket.end("too much"), 200);
    }, 200);
  });
  const { port } = await world({ routes: [routeTo(url)] });
  expect((await upload({ port, listens: false })).raw).toMatch(/too much$/);
  expect(at_answer).toBeLessThan(UPLOAD_BYTES);
  expect(received()).toBe(at_answer);
});

test("an answer that is no refusal may begin before the upload has ended", async () => {
  const { url, received } = await early((socket) => {
    socket.write("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\n");
    setTimeout(() => socket.end("done"), 300);
  });
  const { port } = await world({ routes: [routeTo(url)] });
  expect((await upload({ port, bytes: 800_000, pause_ms: 1, listens: false })).raw).toMatch(/^HTTP\/1\.1 200 .*done$/s);
  expect(received()).toBeGreaterThan(800_000);
});

test("an answer that ends with its connection is not whole when that breaks", async () => {
  const answer = "HTTP/1.1 413 Content Too Large\r\nconnection: close\r\n\r\ntoo";
  const { url } = await early((socket) => void socket.write(answer, () => socket.resetAndDestroy()));
  const { port, record } = await world({ routes: [routeTo(url)] });
  const { raw } = await upload({ port });
  expect(raw).toMatch(/\r\n\r\n3\r\ntoo\r\n$/);
  expect(await record()).toMatchObject({ status: 413, outcome: "upstream_body_cut" });
});

test("an upstream that closes without a word has not answered", async () => {
  const { url } = await early((socket) => void socket.destroy());
  const { port, record } = await world({ routes: [routeTo(url)] });
  expect((await upload({ port })).raw).toMatch(/^HTTP\/1\.1 502 /);
  expect(await record()).toMatchObject({ outcome: "upstream_invalid", upstream_status: null });
});

test("who sends on without a look finds the refusal later, and a short body does not end the connection", async () => {
  const { url } = await early(closes);
  const { port } = await world({ routes: [routeTo(url)] });
  expect(await upload({ port, listens: false })).toMatchObject({ raw: expect.stringMatching(/ 413 .*too much$/s) });
  const { raw, error } = await upload({ port, bytes: 80_000, listens: false });
  expect(raw).toMatch(/ 413 .*too much$/s);
  expect(raw).not.toContain("connection: close");
  expect(error).toBeUndefined();
});
