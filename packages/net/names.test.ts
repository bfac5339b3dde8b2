import { createSocket } from "node:dgram";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type SimulatedClock, simulatedClock } from "@holdfast/base";
import { afterEach, describe, expect, test } from "vitest";
import { createConnections, type WireUser } from "./index.ts";
import { createNames } from "./names.ts";
import { createResolve, type Resolve, type Resolved } from "./resolve.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const v4 = (...addresses: string[]) => addresses.map((address) => ({ address, family: 4 as const }));

/** Answers from `said`, which a test may change; counts questions. */
function book(said: { addresses: string[]; ttl_ms?: number; fails?: boolean }) {
  const asked: string[] = [];
  const resolve: Resolve = async (name): Promise<Resolved> => {
    asked.push(name);
    if (said.fails) throw new Error("no such name");
    return { addresses: v4(...said.addresses), ttl_ms: said.ttl_ms };
  };
  return { resolve, asked, said };
}

describe("names", () => {
  test("are asked once while their time to live lasts, and their addresses take turns", async () => {
    const clock = simulatedClock();
    const { resolve, asked } = book({ addresses: ["10.0.0.1", "10.0.0.2"], ttl_ms: 30_000 });
    const names = createNames(clock, resolve);
    const firsts = [];
    for (let turn = 0; turn < 4; turn++) firsts.push((await names.addresses("a.test"))[0]?.address);
    expect(firsts).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2"]);
    expect(asked).toHaveLength(1);
    await clock.advance(30_000);
    await names.addresses("a.test");
    expect(asked).toHaveLength(2);
  });

  test("are asked once, however many wait", async () => {
    const { resolve, asked } = book({ addresses: ["10.0.0.1"] });
    const names = createNames(simulatedClock(), resolve);
    await Promise.all(Array.from({ length: 20 }, () => names.addresses("a.test")));
    expect(asked).toHaveLength(1);
  });

  test.each([
    [0, 1_000],
    [86_400_000, 300_000],
    [undefined, 10_000],
  ])("a time to live of %s ms is believed for %i", async (ttl_ms, believed_ms) => {
    const clock = simulatedClock();
    const { resolve, asked } = book({ addresses: ["10.0.0.1"], ...(ttl_ms === undefined ? {} : { ttl_ms }) });
    const names = createNames(clock, resolve);
    await names.addresses("a.test");
    await clock.advance(believed_ms - 1);
    await names.addresses("a.test");
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    await names.addresses("a.test");
    expect(asked).toHaveLength(2);
  });

  test("survive a resolver that is away for a while, and not for ever", async () => {
    const clock = simulatedClock();
    const { resolve, said } = book({ addresses: ["10.0.0.1"], ttl_ms: 5_000 });
    const names = createNames(clock, resolve);
    await names.addresses("a.test");
    said.fails = true;
    await clock.advance(64_000);
    expect(await names.addresses("a.test")).toEqual(v4("10.0.0.1"));
    await clock.advance(1_000);
    await expect(names.addresses("a.test")).rejects.toThrow("no such name");
    said.fails = false;
    await clock.advance(1_000);
    expect(await names.addresses("a.test")).toEqual(v4("10.0.0.1"));
  });

  test("that do not exist are not asked for again at once", async () => {
    const clock = simulatedClock();
    const { resolve, asked, said } = book({ addresses: ["10.0.0.1"], fails: true });
    const names = createNames(clock, resolve);
    for (let call = 0; call < 10; call++) await expect(names.addresses("a.test")).rejects.toThrow("no such name");
    expect(asked).toHaveLength(1);
    said.fails = false;
    await clock.advance(1_000);
    expect(await names.addresses("a.test")).toEqual(v4("10.0.0.1"));
  });

  test("are followed by the sweep while in use, and forgotten after", async () => {
    const clock = simulatedClock();
    const { resolve, said, asked } = book({ addresses: ["10.0.0.1"], ttl_ms: 5_000 });
    const names = createNames(clock, resolve);
    await names.addresses("a.test");
    said.addresses = ["10.0.0.2"];
    await clock.advance(5_000);
    names.refresh(new Set(["a.test"]));
    await clock.advance(0);
    expect(names.known("a.test")).toEqual(v4("10.0.0.2"));
    expect(asked).toHaveLength(2);
    names.refresh(new Set());
    expect(names.known("a.test")).toBeUndefined();
  });
});

/** A DNS server (RFC 1035) that has one A record for every name and says what it was asked. */
async function dnsServer(address: string, ttl_seconds: number): Promise<string> {
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => {
    let end = 12;
    while (question[end] !== 0) end += (question[end] as number) + 1;
    const asked = question.subarray(12, end + 5);
    const wants_a = asked.readUInt16BE(asked.length - 4) === 1;
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(wants_a ? 1 : 0, 6);
    head.writeUInt32BE(0, 8);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]);
    record.writeUInt32BE(ttl_seconds, 6);
    socket.send(Buffer.concat([head, asked, ...(wants_a ? [record] : [])]), from.port, from.address);
  });
  await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
  closing.push(() => socket.close());
  return `127.0.0.1:${(socket.address() as AddressInfo).port}`;
}

describe("questions", () => {
  test("get the addresses and the time to live that DNS has", async () => {
    const resolve = createResolve([await dnsServer("10.9.8.7", 42)]);
    expect(await resolve("orders.example.test")).toEqual({ addresses: v4("10.9.8.7"), ttl_ms: 42_000 });
  });

  test("about the machine's own names are answered by itself", async () => {
    const resolve = createResolve([await dnsServer("10.9.8.7", 42)]);
    const { addresses, ttl_ms } = await resolve("localhost");
    expect(ttl_ms).toBeUndefined();
    expect(addresses.map(({ address }) => address)).toContain("127.0.0.1");
  });
});

/** The same port on several loopback addresses. */
async function listenOn(...addresses: string[]): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  let port = 0;
  for (const address of addresses) {
    const server = createServer((socket) => {
      sockets.push(socket.on("error", () => undefined));
      socket.on("data", (bytes) => socket.write(bytes));
    });
    await new Promise<void>((listening) => server.listen(port, address, listening));
    port = (server.address() as AddressInfo).port;
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
  }
  return { port, sockets };
}

describe("connections by name", () => {
  async function pool(said: { addresses: string[]; ttl_ms?: number }, deny: string[] = []) {
    const { port } = await listenOn("127.0.0.2", "127.0.0.3");
    const clock: SimulatedClock = simulatedClock();
    const { resolve } = book(said);
    const denied = deny.map((subnet) => ({ subnet, because: "this test" }));
    const all = createConnections({ clock, resolve, deny: denied });
    closing.push(() => all.close());
    const wires = all.wires("acme", `http://orders.test:${port}`, { connect_ms: 500 });
    /** Takes a wire, says what address it leads to, and gives it back. */
    const use = () =>
      new Promise<string>((resolve_, reject) => {
        const user: WireUser = {
          onWire(wire) {
            resolve_(wire.socket.remoteAddress ?? "");
            wires.give(wire, 60_000);
          },
          onNoWire: reject,
          onBytes: () => undefined,
          onDrain: () => undefined,
          onClosed: () => undefined,
        };
        wires.take(user);
      });
    return { clock, use, open: () => all.open(wires) };
  }

  test("go to every address of the name in turn", async () => {
    const { clock, use, open } = await pool({ addresses: ["127.0.0.2", "127.0.0.3"], ttl_ms: 60_000 });
    await use();
    await clock.advance(1_000);
    const seen = [];
    for (let turn = 0; turn < 6; turn++) seen.push(await use());
    expect(seen.filter((address) => address === "127.0.0.2")).toHaveLength(3);
    expect(seen.filter((address) => address === "127.0.0.3")).toHaveLength(3);
    expect(open()).toBe(2);
  });

  test("follow the name when it moves, idle connections included", async () => {
    const said = { addresses: ["127.0.0.2"], ttl_ms: 5_000 };
    const { clock, use } = await pool(said);
    expect(await use()).toBe("127.0.0.2");
    said.addresses = ["127.0.0.3"];
    expect(await use()).toBe("127.0.0.2");
    await clock.advance(6_000);
    await clock.advance(1_000);
    expect(await use()).toBe("127.0.0.3");
  });

  test("step over an address where nobody listens", async () => {
    const { use } = await pool({ addresses: ["127.0.0.9", "127.0.0.3"] });
    expect(await use()).toBe("127.0.0.3");
  });

  test("never go where the rules forbid, whatever DNS says", async () => {
    const mixed = await pool({ addresses: ["127.0.0.2", "127.0.0.3"] }, ["127.0.0.2/32"]);
    expect(await mixed.use()).toBe("127.0.0.3");
    const only = await pool({ addresses: ["127.0.0.2"] }, ["127.0.0.2/32"]);
    await expect(only.use()).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
  });
});
