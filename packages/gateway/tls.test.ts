import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect as connectH2 } from "node:http2";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import { connect as connectRaw } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { systemClock } from "@holdfast/base";
import type { PlanCertificate } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { authority, fingerprintOf, type Pair } from "../../tests/gateway/certificates.ts";
import { answerOf } from "../../tests/gateway/h2-calls.ts";
import { closeAll, closeLater, planOf, request, routeTo, talk, upstream, world } from "../../tests/gateway/world.ts";
import type { GatewayTls } from "./index.ts";
import type { Exchange } from "./transport/listener.ts";
import { Certificates } from "./transport/tls/certificates.ts";
import { startTlsListener } from "./transport/tls/listener.ts";

afterEach(closeAll);

const ca = authority("Test authority");
const shop = ca.issue({ name: "shop", hosts: ["shop.example.com"] });
const wild = ca.issue({ name: "wild", hosts: ["*.example.com"] });
const other = ca.issue({ name: "other", hosts: ["other.test"] });
const TLS: GatewayTls = { port: 0, min_version: "1.2", client_certificates: "none" };

function planned(pair: Pair, hosts: string[], is_default = false): PlanCertificate {
  return { workspace: "acme", name: "a", hosts, ...pair, default: is_default, expires_at: Date.now() + 1e9 };
}

const CERTIFICATES = [
  planned(shop, ["shop.example.com"]),
  planned(wild, ["*.example.com"]),
  planned(other, ["other.test"], true),
];

async function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: "127.0.0.1", ca: ca.certificate, servername: "shop.example.com", ...options });
  closeLater(async () => void socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

/** How a handshake, or what follows it at once, fails. */
async function failure(port: number, options: ConnectionOptions = {}): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", ca: ca.certificate, servername: "shop.example.com", ...options });
  closeLater(async () => void socket.destroy());
  return new Promise((resolve) => {
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve("closed"));
    socket.resume();
  });
}

async function tlsWorld(tls: Partial<GatewayTls> = {}, certificates = CERTIFICATES) {
  const { url } = await upstream((request, response) => {
    response.end(
      JSON.stringify({ proto: request.headers["x-forwarded-proto"], host: request.headers["x-forwarded-host"] }),
    );
  });
  const made = await world({ routes: [routeTo(url)], certificates, tls: { ...TLS, ...tls } });
  return { ...made, tls_port: made.gateway.tls_port as number };
}

function askFor(port: number, options: RequestOptions = {}) {
  return httpsRequest({
    port,
    host: "127.0.0.1",
    servername: "shop.example.com",
    ca: ca.certificate,
    path: "/orders/1",
    headers: { host: "shop.example.com" },
    agent: false,
    ...options,
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of answer) text += String(chunk);
  return text;
}

async function get(port: number, options: RequestOptions = {}): Promise<{ status: number; body: string }> {
  const [answer] = (await once(askFor(port, options).end(), "response")) as [IncomingMessage];
  return { status: answer.statusCode as number, body: await textOf(answer) };
}

test("a call over TLS is a call like any other, and the upstream hears that it was https", async () => {
  const { tls_port, port, record } = await tlsWorld();
  expect(tls_port).not.toBe(port);
  const answer = await get(tls_port);
  expect(answer).toEqual({ status: 200, body: JSON.stringify({ proto: "https", host: "shop.example.com" }) });
  expect(await record()).toMatchObject({ outcome: "ok", status: 200, protocol: "http/1.1" });
});

test("a route that wants https refuses the same call over http", async () => {
  const { url } = await upstream((_request, response) => response.end("served"));
  const routes = [routeTo(url, { plain_http: "refuse" })];
  const { gateway, port, records } = await world({ routes, certificates: CERTIFICATES, tls: TLS });
  expect((await get(gateway.tls_port as number)).status).toBe(200);
  expect((await talk(port, { pieces: [request("GET /orders/1")] })).status).toBe(403);
  await expect.poll(() => records.map(({ refused_by }) => refused_by)).toEqual([null, "plain-http"]);
});

test("a megabyte each way arrives as it was sent, twice over one connection", async () => {
  const { url } = await upstream((request, response) => void request.pipe(response));
  const { gateway } = await world({ routes: [routeTo(url)], certificates: CERTIFICATES, tls: TLS });
  const body = "abcdefg".repeat(150_000);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  closeLater(async () => agent.destroy());
  const ports = new Set<number | undefined>();
  for (let turn = 0; turn < 2; turn++) {
    const sent = askFor(gateway.tls_port as number, { agent, method: "PUT" }).end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    ports.add(sent.socket?.localPort);
    expect((await textOf(answer)) === body).toBe(true);
  }
  expect(ports.size).toBe(1);
});

describe("the server name chooses the certificate", () => {
  test.each([
    ["shop.example.com", "shop", "exact"],
    ["SHOP.example.com", "shop", "in any case"],
    ["news.example.com", "wild", "wildcard"],
    ["a.b.example.com", "other", "a star is one label, so the default"],
    ["nobody.test", "other", "default"],
    [undefined, "other", "no name"],
  ] as [string | undefined, string, string][])("%s gets %s (%s)", async (servername, name) => {
    const { tls_port } = await tlsWorld();
    const options = { servername: servername ?? "", checkServerIdentity: () => undefined };
    const socket = await handshake(tls_port, options);
    expect(socket.getPeerCertificate().subject.CN).toBe(name);
  });

  test("where there is no default, an unknown name gets no handshake", async () => {
    const { tls_port } = await tlsWorld({}, [planned(shop, ["shop.example.com"])]);
    expect(await failure(tls_port, { servername: "nobody.test" })).toMatch(/^ERR_SSL|ECONNRESET/);
    expect((await get(tls_port)).status).toBe(200);
  });
});

test("a new certificate is for new handshakes; connections that stand notice nothing", async () => {
  const { tls_port, gateway } = await tlsWorld();
  const old = await handshake(tls_port);
  const renewed = ca.issue({ name: "shop, renewed", hosts: ["shop.example.com"] });
  const plan = planOf({ certificates: [planned(renewed, ["shop.example.com"])] });
  await gateway.swap(plan);
  const next = await handshake(tls_port);
  expect(next.getPeerCertificate().subject.CN).toBe("shop, renewed");
  old.write("GET /nowhere HTTP/1.1\r\nHost: shop.example.com\r\n\r\n");
  expect(String(((await once(old, "data")) as [Buffer])[0])).toMatch(/^HTTP\/1\.1 404/);
  const broken = planned({ certificate: shop.certificate, key: renewed.key }, ["shop.example.com"]);
  await expect(gateway.swap(planOf({ number: 8, certificates: [broken] }))).rejects.toThrow(/key values mismatch/);
  expect((await handshake(tls_port)).getPeerCertificate().subject.CN).toBe("shop, renewed");
});

test("versions below the least one are refused", async () => {
  const { tls_port } = await tlsWorld({ min_version: "1.3" });
  expect(await failure(tls_port, { maxVersion: "TLSv1.2" })).toMatch(/PROTOCOL_VERSION/i);
  expect((await handshake(tls_port)).getProtocol()).toBe("TLSv1.3");
});

test("plain HTTP on the TLS port gets a clean end, and a handshake that does not come is not waited for on drain", async () => {
  const { tls_port, gateway } = await tlsWorld();
  const answer = await talk(tls_port, { pieces: ["GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"] });
  expect(answer.ended).not.toBe("open");
  const silent = connectRaw(tls_port, "127.0.0.1");
  await once(silent, "connect");
  await new Promise((resolve) => setTimeout(resolve, 30));
  silent.on("error", () => undefined);
  const gone = once(silent, "close");
  await gateway.drain(5_000);
  await gone;
});

test.each(["http/1.1", "h2"])(
  "a handshake that is under way when the gateway drains ends, and its %s call is served",
  async (protocol) => {
    const { tls_port, gateway } = await tlsWorld();
    const raw = connectRaw(tls_port, "127.0.0.1");
    await once(raw, "connect");
    await new Promise((resolve) => setTimeout(resolve, 30));
    const drained = gateway.drain(5_000);
    const socket = connect({
      socket: raw,
      ca: ca.certificate,
      servername: "shop.example.com",
      ALPNProtocols: [protocol],
    });
    await once(socket, "secureConnect");
    expect(socket.alpnProtocol).toBe(protocol);
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (protocol === "h2") {
      const client = connectH2("https://shop.example.com", { createConnection: () => socket });
      expect((await answerOf(client.request({ ":path": "/orders/1" }))).status).toBe(200);
    } else {
      socket.write("GET /orders/1 HTTP/1.1\r\nHost: shop.example.com\r\n\r\n");
      const [answer] = (await once(socket, "data")).map(String);
      expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
      expect(answer).toContain("connection: close");
    }
    await drained;
  },
);

describe("client certificates", () => {
  const client = ca.issue({ name: "client-1", hosts: ["client.internal"] });
  const stranger = authority("Somebody else").issue({ name: "client-1" });
  const expired = ca.issue({ name: "client-1", from: new Date(Date.now() - 9e8), until: new Date(Date.now() - 1e6) });

  test("are asked for, and a call without one goes on", async () => {
    const { tls_port } = await tlsWorld({ client_certificates: "ask", client_ca: ca.certificate });
    expect((await get(tls_port)).status).toBe(200);
    expect((await get(tls_port, { cert: client.certificate, key: client.key })).status).toBe(200);
  });

  test.each([
    ["of another authority", stranger],
    ["that expired", expired],
  ])("one %s ends the connection", async (_, pair) => {
    const { tls_port, problems } = await tlsWorld({ client_certificates: "ask", client_ca: ca.certificate });
    expect(await failure(tls_port, { cert: pair.certificate, key: pair.key })).toMatch(/closed|ECONNRESET|ERR_SSL/);
    expect(JSON.stringify(problems)).toMatch(/UNABLE_TO|CERT_HAS_EXPIRED|SELF_SIGNED/);
  });

  test.each(["http/1.1", "h2"])("what one says is known to the call, over %s", async (protocol) => {
    const certificates = new Certificates({ min_version: "1.2", client_ca: ca.certificate });
    certificates.update(CERTIFICATES);
    const seen: Exchange[] = [];
    const listener = await startTlsListener({
      host: "127.0.0.1",
      port: 0,
      reuse_port: false,
      clock: systemClock,
      certificates,
      client_certificates: "ask",
      log: { debug() {}, info() {}, warn() {}, error() {} },
      onBroken: () => ({ status: 400, headers: [], body: "" }),
      onExchange(exchange) {
        seen.push(exchange);
        exchange.writeHead(204, [], undefined);
        exchange.end();
        return { onBodyData() {}, onBodyEnd() {}, onBodyBroken() {}, onDrain() {}, onClosed() {} };
      },
    });
    closeLater(async () => listener.destroy());
    const shown = { cert: client.certificate, key: client.key };
    if (protocol === "h2") {
      const session = connectH2(`https://127.0.0.1:${listener.port}`, {
        ...shown,
        ca: ca.certificate,
        servername: "shop.example.com",
      });
      closeLater(async () => session.destroy());
      await once(session.request({ ":authority": "shop.example.com" }).resume(), "close");
    } else await get(listener.port, shown);
    expect(seen).toMatchObject([
      {
        encrypted: true,
        client_certificate: {
          subject: "CN=client-1",
          issuer: "CN=Test authority",
          fingerprint: fingerprintOf(client),
          names: ["DNS:client.internal"],
        },
      },
    ]);
  });

  test("are required where the operator says so", async () => {
    const { tls_port } = await tlsWorld({ client_certificates: "require", client_ca: ca.certificate });
    expect(await failure(tls_port)).toMatch(/closed|ECONNRESET|ERR_SSL/);
    expect((await get(tls_port, { cert: client.certificate, key: client.key })).status).toBe(200);
  });
});

test("an HTTP/1.0 answer that is cut ends its connection, and is on record as cut", async () => {
  const { url } = await upstream((_, response) => {
    response.write("half");
    setTimeout(() => response.destroy(), 30);
  });
  const { gateway, record } = await world({ routes: [routeTo(url)], certificates: CERTIFICATES, tls: TLS });
  const socket = await handshake(gateway.tls_port as number);
  socket.on("error", () => undefined);
  socket.resume().write("GET /orders/1 HTTP/1.0\r\nHost: shop.example.com\r\n\r\n");
  await once(socket, "close");
  expect(await record()).toMatchObject({ outcome: "upstream_body_cut" });
});
