import { type AddressInfo, createServer, type Socket } from "node:net";
import { type SimulatedClock, simulatedClock } from "@holdfast/base";
import { afterEach, expect, test } from "vitest";
import { createConnections, type Dialer } from "./index.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(port = 0) {
  const server = createServer((socket) => closing.push(() => socket.destroy()));
  await new Promise<void>((ready) => server.listen(port, "127.0.0.1", ready));
  return server;
}

/** Resolves with what came of it. */
function dial(dialer: Dialer): Promise<Socket | Error> {
  return new Promise((resolve) => dialer.dial({ onSocket: resolve, onNoSocket: resolve }));
}

test("what could not be dialed is left alone for a moment, and then dialed again", async () => {
  const gone = await listening();
  const { port } = gone.address() as AddressInfo;
  await new Promise((closed) => gone.close(closed));
  let now_us = 0;
  const clock = { ...simulatedClock(), monotonicMicros: () => now_us } as SimulatedClock;
  const connections = createConnections({ clock, deny: [] });
  closing.push(() => connections.close());
  const dialer = connections.dialer("acme", `http://127.0.0.1:${port}`, { connect_ms: 300, alpn: "h2" });
  const first = await dial(dialer);
  expect(String(first)).toContain("ECONNREFUSED");
  const back = await listening(port);
  closing.push(() => back.close());
  expect(await dial(dialer)).toBe(first);
  now_us += 50_000;
  const socket = (await dial(dialer)) as Socket;
  expect(socket.remotePort).toBe(port);
  socket.destroy();
});
