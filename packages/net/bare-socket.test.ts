import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { type Clock, simulatedClock, systemClock } from "@holdfast/base";
import { afterEach, expect, test } from "vitest";
import { compileAddressRules } from "./address-rules.ts";
import { BareSocket } from "./bare-socket.ts";
import { Closings } from "./closings.ts";
import { createNames } from "./names.ts";
import { type Opening, openSocket, type SocketEvents } from "./open-socket.ts";
import { targetOf } from "./target.ts";
import type { WireSocket } from "./wire-socket.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Peers = { port: number; server: Server; sockets: Socket[] };

async function listening(host = "127.0.0.1"): Promise<Peers> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on("error", () => undefined)));
  await new Promise<void>((open) => server.listen(0, host, open));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server, sockets };
}

type Told = { opened: boolean; heard: Buffer; drains: number; closed: (Error | undefined)[] };
type Opened = { socket: WireSocket; told: Told };

type Names = Record<string, readonly string[]>;

function names(known: Names = {}) {
  return createNames(systemClock, async (name) => {
    const addresses = (known[name] ?? []).map((address) => ({ address, family: 4 as const }));
    if (addresses.length === 0) throw new Error(`nobody asks for ${name}`);
    return { addresses, ttl_ms: 60_000 };
  });
}

function telling(): { events: SocketEvents; told: Told } {
  const told: Told = { opened: false, heard: Buffer.alloc(0), drains: 0, closed: [] };
  const events: SocketEvents = {
    onOpen() {
      told.opened = true;
    },
    onBytes(bytes, count) {
      told.heard = Buffer.concat([told.heard, bytes.subarray(0, count)]);
    },
    onDrain: () => void told.drains++,
    onClosed: (error) => void told.closed.push(error),
  };
  return { events, told };
}

function opening(): Opening {
  return {
    clock: systemClock,
    check: compileAddressRules([{ subnet: "127.66.0.0/16", because: "this test" }]),
    connect_ms: 60_000,
    shared: Buffer.allocUnsafeSlow(64 * 1024),
    closings: new Closings(systemClock),
    names: names(),
    tls: undefined,
  };
}

function opened(origin: string, given: { clock?: Clock; names?: ReturnType<typeof names> } = {}): Opened {
  const { events, told } = telling();
  const socket = openSocket(targetOf(new URL(origin)), events, { ...opening(), ...given });
  closing.push(() => socket.destroy());
  return { socket, told };
}

async function connected(): Promise<Opened & { peer: Socket }> {
  const { port, sockets } = await listening();
  const { socket, told } = opened(`http://127.0.0.1:${port}`);
  await expect.poll(() => told.opened && sockets.length).toBe(1);
  return { socket, told, peer: sockets[0] as Socket };
}

const has_ipv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === "::1"));

/** An address, and how an origin names it. */
const hosts: [string, string][] = [["127.0.0.1", "127.0.0.1"]];
if (has_ipv6) hosts.push(["::1", "[::1]"]);

test.each(hosts)("an address is connected to: %s", async (host, in_origin) => {
  const { port, sockets } = await listening(host);
  const { socket, told } = opened(`http://${in_origin}:${port}`);
  expect(socket).toBeInstanceOf(BareSocket);
  expect(told.opened).toBe(false);
  await expect.poll(() => told.opened && sockets.length).toBe(1);
  expect(socket).toMatchObject({ destroyed: false, remoteAddress: host });
});

test("a stream is made by who needs one, and by nobody else", async () => {
  const { port, sockets } = await listening();
  const streams: Socket[] = [];
  const { events, told } = telling();
  const at = { address: "127.0.0.1", family: 4 } as const;
  const target = targetOf(new URL(`http://127.0.0.1:${port}`));
  const socket = new BareSocket(at, target, { opening: opening(), events, onStream: (stream) => streams.push(stream) });
  socket.pause();
  await expect.poll(() => told.opened && sockets.length).toBe(1);
  sockets[0]?.write("heard");
  await expect.poll(() => told.heard.toString()).toBe("heard");
  expect([socket.isPaused(), socket.writableLength, socket.writableCorked]).toEqual([false, 0, 0]);
  expect(streams).toEqual([]);
  socket.pause();
  socket.resume();
  socket.write("said");
  expect(streams).toHaveLength(1);
  socket.destroy();
});

test("a name is where it has one address that is known and allowed", async () => {
  const { port } = await listening();
  const book = names({ "one.test": ["127.0.0.1"], "two.test": ["127.0.0.1", "127.0.0.2"], "bad.test": ["127.66.0.1"] });
  const bare = (name: string) => opened(`http://${name}:${port}`, { names: book }).socket instanceof BareSocket;
  expect(bare("one.test")).toBe(false);
  for (const name of ["one.test", "two.test", "bad.test"]) await book.addresses(name);
  expect(["one.test", "two.test", "bad.test"].map(bare)).toEqual([true, false, false]);
});

test("what comes is told, and then that the other side has ended", async () => {
  const { socket, told, peer } = await connected();
  peer.end("last words");
  await expect.poll(() => told.closed).toEqual([undefined]);
  expect(told.heard.toString()).toBe("last words");
  expect(socket.destroyed).toBe(true);
});

test("a reset is an error, by the name that Node gives it", async () => {
  const { told, peer } = await connected();
  peer.resetAndDestroy();
  await expect.poll(() => told.closed).toMatchObject([{ message: "read ECONNRESET", code: "ECONNRESET" }]);
});

test("where nobody listens there is no connection", async () => {
  const { port, server } = await listening();
  await new Promise((closed) => server.close(closed));
  const { told } = opened(`http://127.0.0.1:${port}`);
  const message = `connect ECONNREFUSED 127.0.0.1:${port}`;
  await expect.poll(() => told.closed).toMatchObject([{ message, code: "ECONNREFUSED", syscall: "connect" }]);
  expect(told.opened).toBe(false);
});

test("an address that the system refuses at once is told later as well", async () => {
  const { told } = opened("http://255.255.255.255:80");
  expect(told.closed).toEqual([]);
  await expect.poll(() => told.closed).toMatchObject([{ message: expect.stringMatching(/^connect E\w+ 255/) }]);
});

test("a connection that is not there in time is given up", async () => {
  const clock = simulatedClock();
  const { port } = await listening();
  const { told } = opened(`http://127.0.0.1:${port}`, { clock });
  await clock.advance(60_000);
  await expect.poll(() => told.closed).toMatchObject([{ code: "CONNECT_TIMEOUT" }]);
  expect(told.opened).toBe(false);
});

test("closed before it is open it tells of its end only, once", async () => {
  const { port } = await listening();
  const { socket, told } = opened(`http://127.0.0.1:${port}`);
  socket.destroy();
  socket.destroy();
  expect(socket.destroyed).toBe(true);
  const written = new Promise((done) => expect(socket.write("too late", done)).toBe(false));
  expect(await written).toBeInstanceOf(Error);
  await expect.poll(() => told.closed).toEqual([undefined]);
  expect(told.opened).toBe(false);
});

test.each(["while it is opened", "when it is open"])("destroyed %s the other side sees the end", async (when) => {
  const { port, server } = await listening();
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const { socket, told } = opened(`http://127.0.0.1:${port}`);
  if (when === "when it is open") await expect.poll(() => told.opened).toBe(true);
  socket.destroy();
  const [peer] = await accepted;
  await once(peer.resume(), "close");
  expect(told.closed).toEqual([undefined]);
});

test("reset the other side sees a reset, not the end", async () => {
  const { socket, told, peer } = await connected();
  const broken = new Promise((resolve) => peer.once("error", resolve));
  (socket as BareSocket).reset();
  expect(await broken).toMatchObject({ code: "ECONNRESET" });
  expect([socket.destroyed, told.closed]).toEqual([true, [undefined]]);
});

test("with a stream it is closed as streams are", async () => {
  const { socket, told, peer } = await connected();
  socket.write("a last word");
  (socket as BareSocket).reset();
  const chunks: Buffer[] = [];
  for await (const chunk of peer) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe("a last word");
  expect(told.closed).toEqual([undefined]);
});

test("paused by who has just heard something it holds the rest back, the end too", async () => {
  const { port, sockets } = await listening();
  const { events, told } = telling();
  const pausing: SocketEvents = {
    ...events,
    onBytes(bytes, count) {
      events.onBytes(bytes, count);
      socket.pause();
    },
  };
  const socket = openSocket(targetOf(new URL(`http://127.0.0.1:${port}`)), pausing, opening());
  closing.push(() => socket.destroy());
  await expect.poll(() => told.opened && sockets.length).toBe(1);
  sockets[0]?.write("one");
  await expect.poll(() => told.heard.toString()).toBe("one");
  sockets[0]?.end(" and two");
  await systemClock.sleep(30);
  expect(told).toMatchObject({ closed: [] });
  expect(told.heard.toString()).toBe("one");
  socket.resume();
  await expect.poll(() => told.heard.toString()).toBe("one and two");
  socket.resume();
  await expect.poll(() => told.closed).toEqual([undefined]);
});

test("what the system does not take at once waits in a stream, and arrives whole", async () => {
  const { socket, told, peer } = await connected();
  peer.pause();
  const sent = Buffer.alloc(16 * 1024 * 1024, "0123456789");
  expect(socket.write(sent)).toBe(false);
  expect(socket.writableNeedDrain).toBe(true);
  expect(socket.writableLength).toBe(sent.length);
  const chunks: Buffer[] = [];
  peer.on("data", (chunk) => chunks.push(chunk));
  peer.resume();
  await expect.poll(() => told.drains).toBe(1);
  const ended = once(peer, "end");
  socket.destroySoon();
  await ended;
  expect(Buffer.concat(chunks).equals(sent)).toBe(true);
});

test("paused it reads nothing more, and goes on with what has come", async () => {
  const { socket, told, peer } = await connected();
  peer.write("before");
  await expect.poll(() => told.heard.toString()).toBe("before");
  socket.pause();
  expect(socket.isPaused()).toBe(true);
  await new Promise((sent) => peer.write(", after", sent));
  await systemClock.sleep(30);
  expect(told.heard.toString()).toBe("before");
  socket.resume();
  await expect.poll(() => told.heard.toString()).toBe("before, after");
  peer.end();
  await expect.poll(() => told.closed).toEqual([undefined]);
});
