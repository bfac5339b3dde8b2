import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { LIMITS, type SimulatedClock, simulatedClock } from "@holdfast/base";
import { afterEach, expect, test } from "vitest";
import { talk } from "../../../../tests/gateway/world.ts";
import type { BrokenRequest, Exchange, ExchangeEvents, Listener } from "../listener.ts";
import { startLeanListener } from "./listener.ts";

type Heard = { exchange: Exchange; body: string; over: boolean; closed: boolean | undefined };
type Place = { port: number; heard: Heard[]; broken: BrokenRequest[]; clock: SimulatedClock; listener: Listener };

const opened: Listener[] = [];
afterEach(async () => {
  for (const listener of opened.splice(0)) {
    listener.destroy();
    await listener.stop();
  }
});

/** `serve` sees each exchange once, when it begins. */
async function listening(serve: (heard: Heard) => void): Promise<Place> {
  const clock = simulatedClock();
  const heard: Heard[] = [];
  const broken: BrokenRequest[] = [];
  const listener = await startLeanListener({
    host: "127.0.0.1",
    port: 0,
    reuse_port: false,
    clock,
    onExchange(exchange): ExchangeEvents {
      const one: Heard = { exchange, body: "", over: false, closed: undefined };
      heard.push(one);
      serve(one);
      return {
        onBodyData(chunk) {
          one.body += Buffer.from(chunk).toString("latin1");
        },
        onBodyEnd() {
          one.over = true;
        },
        onBodyBroken: () => exchange.cut(),
        onDrain: () => undefined,
        onClosed(complete) {
          one.closed = complete;
        },
      };
    },
    onBroken(one) {
      broken.push(one);
      return { status: 400, headers: [], body: one.code };
    },
  });
  opened.push(listener);
  return { port: listener.port, heard, broken, clock, listener };
}

function answer({ exchange }: Heard, text = "ok"): void {
  exchange.writeHead(200, ["content-length", String(text.length)], text.length);
  exchange.end(Buffer.from(text));
}

const get = (path: string, ...lines: string[]) =>
  `${[`GET ${path} HTTP/1.1`, "Host: h", ...lines].join("\r\n")}\r\n\r\n`;
const last = ["Connection: close"];

test("pipelined requests are answered in their order, one at a time", async () => {
  const { port, heard } = await listening((one) => void setTimeout(() => answer(one, one.exchange.target), 30));
  const { raw } = await talk(port, { pieces: [get("/a") + get("/b") + get("/c", ...last)] });
  expect(raw.match(/\/[abc]$|\/[abc](?=HTTP)/g)).toEqual(["/a", "/b", "/c"]);
  expect(heard.map(({ closed }) => closed)).toEqual([true, true, true]);
});

test("head and body of a small answer leave in one piece", async () => {
  const { port } = await listening(answer);
  const pieces: string[] = [];
  const socket = connect(port, "127.0.0.1").on("data", (chunk) => pieces.push(chunk.toString()));
  socket.write(get("/1"));
  await expect.poll(() => pieces.join("")).toMatch(/ok$/);
  expect(pieces).toHaveLength(1);
  expect(pieces[0]).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-length: 2\r\ndate: .* GMT\r\n\r\nok$/s);
  socket.destroy();
});

test("an answer of unknown length is chunked, and for HTTP/1.0 ends with the connection", async () => {
  const { port } = await listening(({ exchange }) => {
    exchange.writeHead(200, [], undefined);
    exchange.write(Buffer.from("abc"));
    exchange.end(Buffer.from("de"));
  });
  const modern = await talk(port, { pieces: [get("/", ...last)] });
  expect(modern.body).toBe("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  const old = await talk(port, { pieces: ["GET / HTTP/1.0\r\n\r\n"] });
  expect(old).toMatchObject({ body: "abcde", ended: "closed" });
  expect(old.header("transfer-encoding")).toBeUndefined();
});

test("what is left of a refused body is dropped, and the next request is read", async () => {
  const { port, heard } = await listening(answer);
  const refused = `POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc`;
  const { raw } = await talk(port, { pieces: [refused, "defghij", get("/2", ...last)] });
  expect(raw.match(/200 OK/g)).toHaveLength(2);
  expect(heard.map(({ exchange, body }) => [exchange.target, body])).toEqual([
    ["/1", ""],
    ["/2", ""],
  ]);
});

test("a body comes only when it is wanted, and stops when it is told to", async () => {
  const { port, heard } = await listening(() => undefined);
  const socket = connect(port, "127.0.0.1");
  socket.write(`POST /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`);
  await expect.poll(() => heard.length).toBe(1);
  const [one] = heard as [Heard];
  await sleep(30);
  expect(one.body).toBe("");
  one.exchange.readBody();
  await expect.poll(() => one.body).toBe("abc");
  one.exchange.pauseBody();
  socket.write("2\r\nde\r\n0\r\n\r\n");
  await sleep(30);
  expect(one).toMatchObject({ body: "abc", over: false });
  one.exchange.resumeBody();
  await expect.poll(() => one).toMatchObject({ body: "abcde", over: true });
  socket.destroy();
  await expect.poll(() => one.closed).toBe(false);
});

test("bytes behind a request for an upgrade break that request, as long as it has no answer", async () => {
  const pieces = [`${get("/", "Connection: upgrade", "Upgrade: x")}${get("/2")}`];
  const late = await listening(() => undefined);
  expect(await talk(late.port, { pieces })).toMatchObject({ raw: "", ended: "closed" });
  expect(late).toMatchObject({ heard: [{ closed: false }], broken: [] });
  const at_once = await listening(answer);
  const { raw, ended } = await talk(at_once.port, { pieces });
  expect(raw.match(/200 OK/g)).toHaveLength(2);
  expect(ended).toBe("open");
});

test("a head that does not end is refused in time, a silent connection is closed without a word", async () => {
  const { port, broken, clock } = await listening(answer);
  const slow = talk(port, { pieces: ["GET / HT"] });
  const silent = talk(port, { pieces: [] });
  const idle = talk(port, { pieces: [get("/")] });
  await sleep(250);
  await clock.advance(LIMITS.head_ms - 2000);
  expect(broken).toEqual([]);
  await clock.advance(4000);
  expect(await slow).toMatchObject({ status: 400, body: "request_timeout", ended: "closed" });
  expect(await silent).toMatchObject({ raw: "", ended: "closed" });
  expect(broken).toMatchObject([{ code: "request_timeout", remote_address: "127.0.0.1" }]);
  await clock.advance(LIMITS.keep_alive_ms);
  expect(await idle).toMatchObject({ status: 200, ended: "closed" });
});

test("a client that does not close after the last answer is closed", async () => {
  const { port, clock } = await listening(answer);
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }).resume();
  const closed = new Promise((resolve) => socket.on("close", resolve).on("error", () => undefined));
  socket.write(get("/", ...last));
  await sleep(50);
  await clock.advance(4000);
  // Who writes on is told by a reset.
  const writing = setInterval(() => socket.write("x"), 10);
  await closed;
  clearInterval(writing);
});
