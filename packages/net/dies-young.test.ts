// A connection that comes and goes leaves nothing in V8's old generation, where it would wait as garbage for a marking of the whole heap.
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { systemClock } from "@holdfast/base";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Connections, createConnections } from "./connections.ts";
import type { Wire, WirePool, WireUser } from "./wires.ts";

const CONNECTIONS = 3000;
/** 10 to 17 were seen, most of it once for all. With connections in a Set it is 133. */
const BYTES_EACH_MAX = 60;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as (options: { type: "minor" | "major" }) => void;

/** In a heap of its own: what its side of a connection leaves behind is not what is looked at. */
const SERVER = `
  const { parentPort } = require("node:worker_threads");
  const server = require("node:net").createServer((socket) => socket.resume().on("error", () => undefined));
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;
let server: Worker;
let connections: Connections;
let pool: WirePool;

beforeAll(async () => {
  server = new Worker(SERVER, { eval: true });
  const port = await new Promise<number>((resolve) => server.once("message", resolve));
  connections = createConnections({ clock: systemClock });
  pool = connections.wires("default", `http://127.0.0.1:${port}`, { connect_ms: 5000 });
});

afterAll(async () => {
  await connections.close();
  await server.terminate();
});

function open(): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const user: WireUser = {
      onWire: (wire) => resolve(wire),
      onNoWire: reject,
      onBytes: () => undefined,
      onDrain: () => undefined,
      onClosed: () => undefined,
    };
    pool.take(user);
  });
}

async function comeAndGo(times: number): Promise<void> {
  for (let opened = 0; opened < times; opened++) pool.drop(await open());
}

function oldBytes(): number {
  const old = getHeapSpaceStatistics().find(({ space_name }) => space_name === "old_space");
  return old?.space_used_size ?? Number.NaN;
}

it("leaves nothing old behind, although one of them has grown old", async () => {
  await comeAndGo(50);
  const lasting = await open();
  collect({ type: "major" });
  pool.drop(lasting);
  const before = oldBytes();
  await comeAndGo(CONNECTIONS);
  // Whatever is still held is not young any more after two.
  for (let times = 0; times < 2; times++) collect({ type: "minor" });
  const bytes_each = (oldBytes() - before) / CONNECTIONS;
  expect(bytes_each).toBeLessThan(BYTES_EACH_MAX);
});
