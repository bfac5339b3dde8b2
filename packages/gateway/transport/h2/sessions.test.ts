// What becomes of kept HTTP/2 connections when nothing happens on them for long, and when their upstream's name moves. Real
// connections; only the time that passes is told to them.
import { once } from "node:events";
import type { ClientHttp2Stream, ServerHttp2Session } from "node:http2";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { LIMITS, systemClock, type WorkspaceName } from "@holdfast/base";
import { createConnections } from "@holdfast/net";
import { afterEach, describe, expect, test } from "vitest";
import { h2Upstream } from "../../../../tests/gateway/h2-parts.ts";
import { closeAll, closeLater } from "../../../../tests/gateway/world.ts";
import { type UpstreamSession, UpstreamSessions } from "./sessions.ts";

afterEach(closeAll);

const { h2_upstream_ping_ms: PING_MS, h2_upstream_pong_ms: PONG_MS, h2_upstream_idle_ms: IDLE_MS } = LIMITS;

/** Connections to an upstream that answers nothing, by way of `port`. */
function sessionsTo(port: number): UpstreamSessions {
  const connections = createConnections({ clock: systemClock, deny: [] });
  const options = { connect_ms: 1000, alpn: "h2" };
  const dialer = connections.dialer("acme" as WorkspaceName, `http://127.0.0.1:${port}`, options);
  const sessions = new UpstreamSessions(dialer);
  closeLater(async () => sessions.destroy());
  return sessions;
}

function taken(sessions: UpstreamSessions): Promise<UpstreamSession> {
  return new Promise((onSession, onNoSession) => sessions.take({ onSession, onNoSession }));
}

async function asking(session: UpstreamSession): Promise<ClientHttp2Stream> {
  const stream = session.session.request({ ":path": "/" });
  stream.on("error", () => undefined);
  await expect.poll(() => stream.id).toBeDefined();
  return stream;
}

/** Whatever the upstream sent before has come then. */
function roundTrip({ session }: UpstreamSession): Promise<void> {
  return new Promise((resolve, reject) => session.ping((error) => (error ? reject(error) : resolve())));
}

function silence() {
  return h2Upstream(() => undefined);
}

/** A way to `port` that can be made to take everything and pass on nothing. */
async function relay(port: number) {
  const ways: Socket[] = [];
  let taken = 0;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    near.pipe(far).pipe(near);
    near.on("data", ({ length }) => {
      taken += length;
    });
    for (const socket of [near, far]) ways.push(socket.on("error", () => undefined));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closeLater(async () => {
    for (const socket of ways) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  const freeze = (): void => {
    for (const socket of ways) socket.unpipe().resume();
  };
  return { port: (server.address() as AddressInfo).port, freeze, taken: () => taken };
}

describe("a connection on which requests wait in silence", () => {
  test("is pinged, and kept when its upstream answers that", async () => {
    const upstream = await silence();
    const sessions = sessionsTo(upstream.port);
    const session = await taken(sessions);
    await asking(session);
    for (let times = 0; times < 3; times++) {
      await expect.poll(() => upstream.sessions.length).toBe(1);
      const pinged = once(upstream.sessions[0] as ServerHttp2Session, "ping");
      sessions.sweep(PING_MS);
      await pinged;
      await roundTrip(session);
    }
    sessions.sweep(PING_MS - 1);
    expect(session.session.destroyed).toBe(false);
    expect(sessions.size).toBe(1);
  });

  test("is given up when the ping is not answered either, and the next request has another", async () => {
    const upstream = await silence();
    const way = await relay(upstream.port);
    const sessions = sessionsTo(way.port);
    const session = await taken(sessions);
    const stream = await asking(session);
    await roundTrip(session);
    sessions.sweep(PING_MS);
    // Answered: it would be given up here otherwise.
    await roundTrip(session);
    sessions.sweep(PONG_MS);
    expect(session.session.destroyed).toBe(false);
    const closed = once(stream, "close");
    const before = way.taken();
    way.freeze();
    sessions.sweep(PING_MS - PONG_MS);
    await expect.poll(() => way.taken()).toBeGreaterThan(before);
    await sleep(50);
    sessions.sweep(PONG_MS - 1);
    expect(session.session.destroyed).toBe(false);
    sessions.sweep(1);
    expect(session.session.destroyed).toBe(true);
    await closed;
    await expect.poll(() => sessions.size).toBe(0);
    expect(await taken(sessions)).not.toBe(session);
  });
});

test("a connection that nobody uses ends after a while, and one in use does not", async () => {
  const upstream = await silence();
  const sessions = sessionsTo(upstream.port);
  const session = await taken(sessions);
  sessions.leave(session);
  sessions.sweep(IDLE_MS - 1);
  expect(await taken(sessions)).toBe(session);
  sessions.sweep(1);
  sessions.leave(session);
  sessions.sweep(IDLE_MS - 1);
  expect(session.closing).toBe(false);
  sessions.sweep(1);
  await expect.poll(() => sessions.size).toBe(0);
});

describe("when the upstream's name moves", () => {
  test("connections to where it was take no new requests, and end with their last", async () => {
    const upstream = await silence();
    const sessions = sessionsTo(upstream.port);
    const session = await taken(sessions);
    const stream = await asking(session);
    sessions.follow(["127.0.0.1"]);
    expect(session.closing).toBe(false);
    sessions.follow(["127.0.0.2", "127.0.0.3"]);
    const next = await taken(sessions);
    expect(next).not.toBe(session);
    expect(session.session.destroyed).toBe(false);
    stream.close();
    await once(stream, "close");
    sessions.leave(session);
    await expect.poll(() => session.session.destroyed).toBe(true);
    expect(next.session.destroyed).toBe(false);
    expect(sessions.size).toBe(1);
  });
});
