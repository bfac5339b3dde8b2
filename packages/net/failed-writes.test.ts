import { type AddressInfo, createServer, type Socket } from "node:net";
import { LIMITS, type SimulatedClock, simulatedClock } from "@holdfast/base";
import { afterEach, expect, test } from "vitest";
import { createConnections, failWrite, type Wire } from "./index.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Place = { clock: SimulatedClock; wire: Wire; peer: Socket; told: { heard: string; closed: unknown[] } };

/** A wire to a server that says nothing by itself. */
async function connected(): Promise<Place> {
  const clock = simulatedClock();
  const peers: Socket[] = [];
  const server = createServer((socket) => void peers.push(socket.on("error", () => undefined)));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const connections = createConnections({ clock });
  closing.push(() => {
    for (const peer of peers) peer.destroy();
    server.close();
  });
  closing.push(() => connections.close());
  const told: Place["told"] = { heard: "", closed: [] };
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const wire = await new Promise<Wire>((onWire, onNoWire) =>
    connections.wires("acme", origin, { connect_ms: 60_000 }).take({
      onWire,
      onNoWire,
      onBytes(bytes, count) {
        told.heard += bytes.toString("latin1", 0, count);
      },
      onDrain: () => undefined,
      onClosed: (error) => void told.closed.push(error?.message),
    }),
  );
  await expect.poll(() => peers.length).toBe(1);
  return { clock, wire, peer: peers[0] as Socket, told };
}

test("what was said before a write failed is heard, and the end is the failure", async () => {
  const { wire, peer, told } = await connected();
  await new Promise((sent) => peer.write("last words", sent));
  peer.resetAndDestroy();
  // No look of the event loop between the reset and the write.
  const until = performance.now() + 50;
  while (performance.now() < until);
  wire.socket.write("who is there");
  expect(told).toEqual({ heard: "", closed: [] });
  await expect.poll(() => told).toEqual({ heard: "last words", closed: [expect.stringMatching(/^write E/)] });
});

test("a failure that does not end the connection ends it once it is silent", async () => {
  const { clock, wire, peer, told } = await connected();
  failWrite(wire.socket, new Error("write EPERM"));
  failWrite(wire.socket, new Error("write EPIPE"));
  peer.write("still here");
  await expect.poll(() => told.heard).toBe("still here");
  await clock.advance(LIMITS.upstream_last_words_ms);
  expect(wire.socket.destroyed).toBe(false);
  await clock.advance(LIMITS.upstream_last_words_ms);
  await expect.poll(() => told.closed).toEqual(["write EPERM"]);
});

test("after a failure nothing more is written, and who reads slowly has the time that it takes", async () => {
  const { clock, wire, peer, told } = await connected();
  wire.socket.pause();
  failWrite(wire.socket, new Error("write EPIPE"));
  let heard = "";
  peer.on("data", (bytes) => {
    heard += bytes.toString();
  });
  expect(wire.socket.write("more")).toBe(true);
  expect(wire.socket.write("x".repeat(100_000))).toBe(false);
  await clock.advance(LIMITS.upstream_last_words_ms * 10);
  peer.end("last words");
  wire.socket.resume();
  await expect.poll(() => told).toEqual({ heard: "last words", closed: ["write EPIPE"] });
  expect(heard).toBe("");
});
