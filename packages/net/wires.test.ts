import { type AddressInfo, createServer, type Socket } from "node:net";
import { type SimulatedClock, simulatedClock, systemClock } from "@holdfast/base";
import { afterEach, expect, test } from "vitest";
import { createConnections, type Wire, type WirePool, type WireUser } from "./index.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Says back what it hears; "bye" ends the connection. */
async function server(): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const opened = createServer((socket) => {
    sockets.push(socket.on("error", () => undefined));
    socket.on("data", (bytes) => (bytes.toString() === "bye" ? socket.end() : socket.write(bytes)));
  });
  await new Promise<void>((listening) => opened.listen(0, "127.0.0.1", listening));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    opened.close();
  });
  return { port: (opened.address() as AddressInfo).port, sockets };
}

function connections(clock = systemClock, deny: { subnet: string; because: string }[] = []) {
  const opened = createConnections({ clock, deny });
  closing.push(() => opened.close());
  return opened;
}

type Told = { wire?: Wire; fresh?: boolean; heard: string; closed?: boolean; error?: Error };

function use(pool: WirePool): Told {
  const told: Told = { heard: "" };
  const user: WireUser = {
    onWire(wire, fresh) {
      Object.assign(told, { wire, fresh });
    },
    onNoWire(error) {
      told.error = error;
    },
    onBytes(bytes, count) {
      told.heard += bytes.toString("latin1", 0, count);
    },
    onDrain: () => undefined,
    onClosed() {
      told.closed = true;
    },
  };
  pool.take(user);
  return told;
}

async function ready(told: Told): Promise<Wire> {
  await expect.poll(() => told.wire).toBeDefined();
  return told.wire as Wire;
}

const options = { connect_ms: 300 };

test("a wire that was given back is the next one's, at once", async () => {
  const { port, sockets } = await server();
  const pool = connections().wires("acme", `http://localhost:${port}`, options);
  const first = use(pool);
  const wire = await ready(first);
  expect(first.fresh).toBe(true);
  wire.socket.write("hello");
  await expect.poll(() => first.heard).toBe("hello");
  pool.give(wire, 1000);
  const second = use(pool);
  expect(second).toMatchObject({ wire, fresh: false });
  expect(sockets).toHaveLength(1);
});

test("a wire on which something comes while nobody uses it is closed", async () => {
  const { port, sockets } = await server();
  const pool = connections().wires("acme", `http://127.0.0.1:${port}`, options);
  const wire = await ready(use(pool));
  pool.give(wire, 1000);
  sockets[0]?.write("EVIL");
  await expect.poll(() => wire.socket.destroyed).toBe(true);
  const next = use(pool);
  expect(await ready(next)).not.toBe(wire);
  expect(next).toMatchObject({ fresh: true, heard: "" });
});

test("a kept wire that has just ended is nobody's", async () => {
  const { port } = await server();
  const pool = connections().wires("acme", `http://127.0.0.1:${port}`, options);
  const wire = await ready(use(pool));
  pool.give(wire, 1000);
  wire.socket.destroy();
  const next = use(pool);
  expect(next.wire).toBeUndefined();
  expect(await ready(next)).not.toBe(wire);
});

test.each(["127.0.0.1", "localhost"])(
  "a wire that is given up ends at once, also for the other side: %s",
  async (host) => {
    const { port, sockets } = await server();
    const pool = connections().wires("acme", `http://${host}:${port}`, options);
    const told = use(pool);
    const wire = await ready(told);
    await expect.poll(() => sockets).toHaveLength(1);
    const [peer] = sockets as [Socket];
    const ends: string[] = [];
    peer.on("error", ({ message }) => ends.push(message)).on("end", () => ends.push("end"));
    pool.abort(wire);
    pool.abort(wire);
    expect(wire.socket.destroyed).toBe(true);
    await expect.poll(() => ends).toEqual([host === "127.0.0.1" ? "read ECONNRESET" : "end"]);
    expect(told.closed).toBeUndefined();
  },
);

test("the other side's end is told, also without a word", async () => {
  const { port } = await server();
  const told = use(connections().wires("acme", `http://127.0.0.1:${port}`, options));
  (await ready(told)).socket.write("bye");
  await expect.poll(() => told.closed).toBe(true);
});

test("idle wires are kept as long as was said", async () => {
  const { port } = await server();
  const clock: SimulatedClock = simulatedClock();
  const pool = connections(clock).wires("acme", `http://127.0.0.1:${port}`, { connect_ms: 60_000 });
  const wire = await ready(use(pool));
  pool.give(wire, 5000);
  await clock.advance(4000);
  expect(wire.socket.destroyed).toBe(false);
  await clock.advance(2000);
  expect(wire.socket.destroyed).toBe(true);
});

test.each(["127.0.0.1", "localhost"])("a refused address is not connected to, named as %s", async (host) => {
  const { port, sockets } = await server();
  const deny = ["127.0.0.0/8", "::1/128"].map((subnet) => ({ subnet, because: "this test" }));
  const told = use(connections(systemClock, deny).wires("acme", `http://${host}:${port}`, options));
  await expect.poll(() => told.error).toMatchObject({ code: "ADDRESS_REFUSED" });
  expect(sockets).toHaveLength(0);
});

test("a handshake that does not end is given up in time", async () => {
  const mute = createServer(() => undefined);
  await new Promise<void>((listening) => mute.listen(0, "127.0.0.1", listening));
  closing.push(() => mute.close());
  const { port } = mute.address() as AddressInfo;
  const told = use(connections().wires("acme", `https://127.0.0.1:${port}`, { connect_ms: 150 }));
  await expect.poll(() => told.error).toMatchObject({ code: "CONNECT_TIMEOUT" });
});

test("workspaces share nothing, and a released pool keeps nothing", async () => {
  const { port } = await server();
  const origin = `http://127.0.0.1:${port}`;
  const all = connections();
  const ours = all.wires("acme", origin, options);
  expect(all.wires("acme", origin, options)).toBe(ours);
  expect(all.wires("other", origin, options)).not.toBe(ours);
  const told = use(ours);
  const wire = await ready(told);
  await all.release(ours);
  await all.release(ours);
  wire.socket.write("still");
  await expect.poll(() => told.heard).toBe("still");
  ours.give(wire, 1000);
  expect(wire.socket.destroyed).toBe(true);
});

test("what could not be connected to is left alone for a moment, and then tried again", async () => {
  const clock = simulatedClock();
  let now_us = 0;
  const pool = connections({ ...clock, monotonicMicros: () => now_us } as SimulatedClock);
  const gone = await server();
  const { port } = gone;
  for (const close of closing.splice(1)) await close();
  const wires = pool.wires("acme", `http://127.0.0.1:${port}`, options);
  const first = use(wires);
  await expect.poll(() => first.error?.message).toContain("ECONNREFUSED");
  const back = createServer((socket) => socket.on("error", () => undefined));
  await new Promise<void>((listening) => back.listen(port, "127.0.0.1", listening));
  closing.push(() => back.close());
  const second = use(wires);
  expect(second.error).toBeUndefined();
  await expect.poll(() => second.error).toBe(first.error);
  now_us += 50_000;
  await ready(use(wires));
});
