// Requests for a host that the connection's certificate is not for, over HTTP/2 and HTTP/1.1: who is refused, and who must not be.
import { once } from "node:events";
import { connect as connectH2 } from "node:http2";
import { connect, type TLSSocket } from "node:tls";
import type { PlanCertificate } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { authority, type Pair } from "../../tests/gateway/certificates.ts";
import { closeAll, closeLater, planOf, routeTo, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const ca = authority("Test authority");
const planned = (pair: Pair, hosts: string[], is_default = false): PlanCertificate => ({
  ...{ workspace: "acme", name: hosts[0] ?? "", hosts, ...pair, default: is_default, expires_at: Date.now() + 1e9 },
});
const CERTIFICATES = [
  planned(ca.issue({ name: "shop", hosts: ["shop.example.com"] }), ["shop.example.com"]),
  planned(ca.issue({ name: "wild", hosts: ["*.example.com"] }), ["*.example.com"]),
  // For two hosts, of which it is shown for one.
  planned(ca.issue({ name: "both", hosts: ["a.test", "b.test"] }), ["a.test"]),
  planned(ca.issue({ name: "fallback", hosts: ["other.test"] }), ["other.test"], true),
];

async function tlsWorld(certificates = CERTIFICATES) {
  const { url } = await upstream((_, response) => response.end("ok"));
  const tls = { port: 0, min_version: "1.2", client_certificates: "none" } as const;
  const made = await world({ routes: [routeTo(url)], certificates, tls });
  return { ...made, url, tls_port: made.gateway.tls_port as number };
}

type Ask = (host: string) => Promise<number>;

async function overH2(port: number, servername: string): Promise<Ask> {
  const options = { servername, rejectUnauthorized: false };
  const session = connectH2(`https://127.0.0.1:${port}`, options);
  closeLater(async () => session.destroy());
  await once(session, "connect");
  return async (host) => {
    const stream = session.request({ ":authority": host, ":path": "/orders/1" });
    const [headers] = (await once(stream.resume(), "response")) as [{ ":status": number }];
    return headers[":status"];
  };
}

async function overH1(port: number, servername: string): Promise<Ask> {
  const socket: TLSSocket = connect({ port, host: "127.0.0.1", servername, rejectUnauthorized: false });
  closeLater(async () => void socket.destroy());
  await once(socket, "secureConnect");
  return async (host) => {
    socket.write(`GET /orders/1 HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    return Number(String(answer).split(" ")[1]);
  };
}

const PROTOCOLS = [
  ["HTTP/2", overH2],
  ["HTTP/1.1", overH1],
] as const;

describe.each(PROTOCOLS)("over %s", (_, open) => {
  test.each([
    ["shop.example.com", "other.test"],
    ["shop.example.com", "news.example.com"],
    ["news.example.com", "a.b.example.com"],
    ["other.test", "shop.example.com"],
    ["a.test", "c.test"],
  ])("a connection for %s does not serve %s, and goes on", async (servername, host) => {
    const { tls_port } = await tlsWorld();
    const ask = await open(tls_port, servername);
    expect([await ask(host), await ask(servername), await ask(host)]).toEqual([421, 200, 421]);
  });

  test.each([
    ["shop.example.com", "shop.example.com", "its own"],
    ["shop.example.com", "SHOP.example.com.:8443", "its own, written in another way"],
    ["news.example.com", "old.example.com", "another one under the star"],
    ["news.example.com", "shop.example.com", "one that has a certificate of its own as well"],
    ["a.test", "b.test", "another one of the same certificate"],
    ["shop.example.com", "127.0.0.1", "an address"],
    ["shop.example.com", "[::1]:443", "an address of IPv6"],
    ["nobody.test", "shop.example.com", "whatever: it got the default"],
    ["", "shop.example.com", "whatever: it named no host"],
  ])("a connection for %j serves %s: %s", async (servername, host) => {
    const { tls_port } = await tlsWorld();
    expect(await (await open(tls_port, servername))(host)).toBe(200);
  });

  test("a connection keeps to the certificate that it was opened with", async () => {
    const { tls_port, gateway, url } = await tlsWorld();
    const old = await open(tls_port, "shop.example.com");
    expect(await old("shop.example.com")).toBe(200);
    const wider = ca.issue({ name: "wider", hosts: ["shop.example.com", "c.test"] });
    await gateway.swap(
      planOf({ number: 8, routes: [routeTo(url)], certificates: [planned(wider, ["shop.example.com"])] }),
    );
    expect([await old("c.test"), await old("shop.example.com")]).toEqual([421, 200]);
    expect(await (await open(tls_port, "shop.example.com"))("c.test")).toBe(200);
  });
});

test("the refusal is on record, and says what to do", async () => {
  const { tls_port, record } = await tlsWorld();
  const socket = connect({ port: tls_port, host: "127.0.0.1", servername: "shop.example.com", ca: ca.certificate });
  closeLater(async () => void socket.destroy());
  socket.write("GET /orders/1 HTTP/1.1\r\nHost: other.test\r\nConnection: close\r\n\r\n");
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  expect(answer).toMatch(/^HTTP\/1\.1 421 Misdirected Request\r\n/);
  expect(answer).toContain('"code":"misdirected_request"');
  expect(await record()).toMatchObject({ outcome: "misdirected_request", status: 421, host: "other.test" });
});

test("a request of HTTP/1.0 that names no host is served, and so is everything on the plain port", async () => {
  const { tls_port, port } = await tlsWorld();
  const socket = connect({ port: tls_port, host: "127.0.0.1", servername: "shop.example.com", ca: ca.certificate });
  closeLater(async () => void socket.destroy());
  socket.write("GET /orders/1 HTTP/1.0\r\n\r\n");
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200/);
  expect((await fetch(`http://127.0.0.1:${port}/orders/1`)).status).toBe(200);
});
