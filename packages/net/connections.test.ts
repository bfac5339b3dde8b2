import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createRawServer } from "node:net";
import { systemClock } from "@holdfast/base";
import type { Dispatcher } from "undici";
import { afterEach, expect, test } from "vitest";
import { type Connections, createConnections } from "./connections.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function server(): Promise<{ port: number; asked(): number }> {
  let asked = 0;
  const opened: Server = createServer((_, response) => {
    asked++;
    response.end("here");
  });
  await new Promise<void>((listening) => opened.listen(0, "127.0.0.1", listening));
  closing.push(
    () => opened.close(),
    () => opened.closeAllConnections(),
  );
  return { port: (opened.address() as AddressInfo).port, asked: () => asked };
}

function connections(deny: { subnet: string; because: string }[] = []): Connections {
  const opened = createConnections({ clock: systemClock, deny });
  closing.push(() => opened.close());
  return opened;
}

async function get(pool: Dispatcher): Promise<string> {
  const { body } = await pool.request({ path: "/", method: "GET" });
  return body.text();
}

const options = { connect_ms: 300 };
const noLoopback = ["127.0.0.0/8", "::1/128"].map((subnet) => ({ subnet, because: "this test" }));

test("an address that is allowed is reached, by number and by name", async () => {
  const { port } = await server();
  const all = connections();
  expect(await get(all.pool("acme", `http://127.0.0.1:${port}`, options))).toBe("here");
  expect(await get(all.pool("acme", `http://localhost:${port}`, options))).toBe("here");
});

test.each(["127.0.0.1", "localhost"])("a refused address is not asked, named as %s", async (host) => {
  const { port, asked } = await server();
  const pool = connections(noLoopback).pool("acme", `http://${host}:${port}`, options);
  await expect(get(pool)).rejects.toMatchObject({
    code: "ADDRESS_REFUSED",
    message: expect.stringContaining("this test"),
  });
  expect(asked()).toBe(0);
});

test.each(["127.0.0.1", "localhost"])(
  "nobody is told whether somebody listens at a refused address, named as %s",
  async (host) => {
    const { port } = await server();
    await connections().reach(`http://${host}:${port}`, 300);
    const refused = connections(noLoopback).reach(`http://${host}:${port}`, 300);
    await expect(refused).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
  },
);

test("a handshake that does not end is given up in time", async () => {
  const mute = createRawServer(() => undefined);
  await new Promise<void>((listening) => mute.listen(0, "127.0.0.1", listening));
  closing.push(() => mute.close());
  const { port } = mute.address() as AddressInfo;
  const began = performance.now();
  const pool = connections().pool("acme", `https://127.0.0.1:${port}`, { connect_ms: 150 });
  await expect(get(pool)).rejects.toMatchObject({ code: "CONNECT_TIMEOUT" });
  expect(performance.now() - began).toBeLessThan(1500);
});

test("workspaces share nothing, and a pool lives as long as somebody uses it", async () => {
  const { port } = await server();
  const origin = `http://127.0.0.1:${port}`;
  const all = connections();
  const ours = all.pool("acme", origin, options);
  expect(all.pool("acme", origin, options)).toBe(ours);
  expect(all.pool("other", origin, options)).not.toBe(ours);
  expect(all.pool("acme", origin, { connect_ms: 301 })).not.toBe(ours);
  await all.release(ours);
  expect(await get(ours)).toBe("here");
  await all.release(ours);
  await expect(get(ours)).rejects.toThrow(/closed|destroyed/);
  expect(all.pool("acme", origin, options)).not.toBe(ours);
});
