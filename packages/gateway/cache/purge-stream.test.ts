// Purges over a real Redis: who hears of them, who is missed, and what a node does that was cut off.
import { connect, createServer, type Socket } from "node:net";
import { systemClock } from "@holdfast/base";
import { Redis } from "ioredis";
import { afterEach, describe, expect, test } from "vitest";
import { part } from "../../../tests/parts/index.ts";
import type { Purge } from "./purge.ts";
import { CLEARINGS } from "./purge-follower.ts";
import { openPurgeStream, type PurgeStreamOptions } from "./purge-stream.ts";

const ORDERS: Purge = { workspace: "acme", tag: "orders" };

/** Connections are made and lost at the pace of the machine. */
const PATIENCE = { timeout: 10_000 };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function node(name: string, url: string, more: Partial<PurgeStreamOptions> = {}) {
  const cleared: Purge[] = [];
  const told = { all: 0, changes: [] as boolean[], telling: [] as boolean[] };
  const stream = openPurgeStream(url, {
    node: name,
    clock: systemClock,
    clear: async (purges) => cleared.push(...purges),
    clearAll: async () => void told.all++,
    on_change: (heard) => void told.changes.push(heard),
    on_telling: (heard) => void told.telling.push(heard),
    ...more,
  });
  closers.push(() => stream.close());
  return { ...stream, cleared, told };
}

/** Entries of a stream. */
async function lengthOf(url: string, stream: string): Promise<number> {
  const redis = new Redis(url);
  const length = await redis.xlen(stream);
  redis.disconnect();
  return length;
}

/** A way to Redis that can be cut and mended. */
async function wayTo(url: string) {
  const sockets = new Set<Socket>();
  let open = true;
  const server = createServer((socket) => {
    const through = connect(Number(new URL(url).port), "127.0.0.1");
    for (const end of [socket, through]) end.on("error", () => undefined);
    if (!open) through.destroy();
    for (const end of [socket, through]) sockets.add(end);
    socket.on("close", () => through.destroy()).pipe(through);
    through.on("close", () => socket.destroy()).pipe(socket);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closers.push(async () => void server.close());
  const address = new URL(url);
  address.port = String((server.address() as { port: number }).port);
  return {
    url: address.href,
    cut() {
      open = false;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      open = true;
    },
  };
}

const redis = await part("redis");

redis.describe("purges of several nodes", ({ freshDatabase }) => {
  /** Tells until the others are known to be there. */
  const heardBy = (from: ReturnType<typeof node>, count: number) =>
    expect.poll(async () => (await from.tell({ workspace: "warm-up" })).nodes.length, PATIENCE).toBe(count);

  test("reach every other node, which says how much went, and nobody twice", async () => {
    const url = await freshDatabase();
    const [a, b, c] = [node("a", url), node("b", url), node("c", url, { clear: async () => 7 })];
    await heardBy(a, 2);
    b.cleared.length = 0;
    const { nodes, missing } = await a.tell(ORDERS);
    expect(missing).toEqual([]);
    expect(nodes.toSorted((one, other) => (one.node < other.node ? -1 : 1))).toEqual([
      { node: "b", answers: 1 },
      { node: "c", answers: 7 },
    ]);
    expect(a.cleared).toEqual([]);
    expect(b.cleared).toEqual([ORDERS]);
    expect((await c.tell(ORDERS)).nodes.map(({ node }) => node).sort()).toEqual(["a", "b"]);
  });

  test("of what calls cleared go many at once, nobody waits for them, and who was cut off makes up for it", async () => {
    const url = await freshDatabase();
    const way = await wayTo(url);
    const a = node("a", url);
    const b = node("b", way.url);
    await heardBy(a, 1);
    b.cleared.length = 0;
    const address = (index: number): Purge => ({ workspace: "acme", url: `shop/${index}`, exact: true });
    for (let turn = 0; turn < 2000; turn++) a.tellSoon(address(turn % 40));
    await expect.poll(() => b.cleared.length, PATIENCE).toBe(40);
    expect(await lengthOf(url, CLEARINGS)).toBe(1);
    way.cut();
    await expect.poll(() => b.told.changes, PATIENCE).toEqual([false]);
    b.tellSoon(address(1));
    await expect.poll(() => b.told.telling, PATIENCE).toEqual([false]);
    a.tellSoon(address(41));
    way.mend();
    await expect.poll(() => b.cleared.slice(40), PATIENCE).toEqual([address(41)]);
    await expect.poll(() => a.cleared.filter(({ workspace }) => workspace === "acme"), PATIENCE).toEqual([address(1)]);
    // The entry can be read by the other node before its writer hears that it was written.
    await expect.poll(() => b.told, PATIENCE).toEqual({ all: 0, changes: [false, true], telling: [false, true] });
  });

  test("name the node that does not answer, and do not wait for one that was stopped", async () => {
    const url = await freshDatabase();
    const a = node("a", url);
    const slow = node("slow", url);
    let release = (): void => undefined;
    const hanging = node("hanging", url, { clear: () => new Promise((done) => (release = () => done(0))) });
    closers.push(async () => release());
    const stopped = node("stopped", url);
    await expect
      .poll(async () => {
        const { nodes, missing } = await a.tell({ workspace: "warm-up" });
        return [nodes.length, missing];
      }, PATIENCE)
      .toEqual([2, ["hanging"]]);
    await stopped.close();
    expect(await a.tell(ORDERS)).toEqual({
      nodes: [{ node: "slow", answers: slow.cleared.length }],
      missing: ["hanging"],
    });
    expect(hanging.told.changes).toEqual([]);
  });

  test("that a node missed while it was cut off are cleared when it is back", async () => {
    const url = await freshDatabase();
    const way = await wayTo(url);
    const a = node("a", url);
    const b = node("b", way.url);
    await heardBy(a, 1);
    way.cut();
    await expect.poll(() => b.told.changes, PATIENCE).toEqual([false]);
    b.cleared.length = 0;
    expect(await a.tell(ORDERS)).toEqual({ nodes: [], missing: ["b"] });
    expect(b.cleared).toEqual([]);
    way.mend();
    await expect.poll(() => b.cleared, PATIENCE).toEqual([ORDERS]);
    expect(b.told).toMatchObject({ all: 0, changes: [false, true] });
  });

  test("of which some are gone when it is back make it clear everything", async () => {
    const url = await freshDatabase();
    const way = await wayTo(url);
    const kept = { purges: 100, clearings: 100 };
    const a = node("a", url, { kept });
    const b = node("b", way.url, { kept });
    await heardBy(a, 1);
    way.cut();
    await expect.poll(() => b.told.changes, PATIENCE).toEqual([false]);
    // Redis cuts its streams in steps of a hundred.
    await Promise.all(Array.from({ length: 300 }, () => a.tell(ORDERS)));
    way.mend();
    await expect.poll(() => b.told.all, PATIENCE).toBe(1);
  });
});

describe("without Redis", () => {
  test("nobody can be told, which is an error, and a node hears that it hears nothing", async () => {
    const a = node("a", "redis://127.0.0.1:1");
    await expect(a.tell(ORDERS)).rejects.toThrow();
    await expect.poll(() => a.told.changes, PATIENCE).toEqual([false]);
  });
});
