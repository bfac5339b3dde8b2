import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { UpstreamTlsSettings } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { authority } from "../../tests/gateway/certificates.ts";
import { closeAll, modelAt, rawUpstream, request, routeTo, talk, upstream, world } from "../../tests/gateway/world.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await closeAll();
  for (const close of closing.splice(0)) await close();
});

const ca = authority("upstreams");
const other_ca = authority("somebody else");
const shop = ca.issue({ name: "shop" });
const billing = ca.issue({ name: "billing" });

/** Answers with the name in the client's certificate; only certificates of our authority get in when it asks for them. */
async function secureUpstream(hosts: string[], mutual = false): Promise<{ url: string; connections(): number }> {
  const { certificate, key } = ca.issue({ name: "upstream", hosts });
  let connections = 0;
  const server = createServer(
    { cert: certificate, key, ca: ca.certificate, requestCert: mutual, rejectUnauthorized: mutual },
    (incoming, response) => {
      const subject = (incoming.socket as TLSSocket).getPeerCertificate().subject as { CN?: string } | undefined;
      response.end(subject?.CN ?? "nobody");
    },
  );
  server.on("secureConnection", () => connections++);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections };
}

function routeWith(url: string, tls: UpstreamTlsSettings, name = "orders") {
  const rules = { balance: "round-robin" as const, tls };
  return routeTo("", {
    name,
    subject: `routes.${name}`,
    service: name,
    path: `/${name}/**`,
    releases: [{ name: "v1", weight: 1, targets: [{ url }], rules }],
  });
}

const trusted = { ca: ca.certificate };
const asShop = { client_certificate: shop.certificate, client_key: shop.key };
const asBilling = { client_certificate: billing.certificate, client_key: billing.key };
const foreign = other_ca.issue({ name: "foreign" });

type Case = { name: string; hosts: string[]; mutual?: boolean; tls: UpstreamTlsSettings; gives: string };

const cases: Case[] = [
  { name: "an authority that we trust", hosts: ["127.0.0.1"], tls: trusted, gives: "nobody" },
  { name: "an authority that nobody named", hosts: ["127.0.0.1"], tls: {}, gives: "502" },
  { name: "another authority", hosts: ["127.0.0.1"], tls: { ca: other_ca.certificate }, gives: "502" },
  { name: "a certificate for another name", hosts: ["orders.internal"], tls: trusted, gives: "502" },
  {
    name: "the name that it must prove",
    hosts: ["orders.internal"],
    tls: { ...trusted, server_name: "orders.internal" },
    gives: "nobody",
  },
  { name: "our own certificate", hosts: ["127.0.0.1"], mutual: true, tls: { ...trusted, ...asShop }, gives: "shop" },
  { name: "no certificate where one is asked for", hosts: ["127.0.0.1"], mutual: true, tls: trusted, gives: "502" },
  {
    name: "a certificate that it does not trust",
    hosts: ["127.0.0.1"],
    mutual: true,
    tls: { ...trusted, client_certificate: foreign.certificate, client_key: foreign.key },
    gives: "502",
  },
];

describe("TLS to an upstream", () => {
  test.each(cases)("$name: $gives", async ({ hosts, mutual = false, tls, gives }) => {
    const { url } = await secureUpstream(hosts, mutual);
    const { port } = await world({ routes: [routeWith(url, tls)] });
    const { status, body } = await talk(port, { pieces: [request("GET /orders/1")] });
    if (gives === "502") expect(status).toBe(502);
    else expect(body).toContain(gives);
  });

  test("a handshake that does not end is given up within `connect`", async () => {
    const mute = await rawUpstream(() => undefined);
    const { port, record } = await world({ routes: [routeTo(mute.url.replace("http:", "https:"))] });
    const began = performance.now();
    expect(await talk(port, { pieces: [request("GET /orders/1")] })).toMatchObject({ status: 502 });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(await record()).toMatchObject({ outcome: "upstream_unreachable", phases: { connect_us: null } });
  });

  test("checks use the same certificates as calls", async () => {
    const { url } = await secureUpstream(["127.0.0.1"], true);
    const health = { get: "/healthz", every: 30, timeout: 500, rise: 1, fall: 1 };
    const route = routeWith(url, { ...trusted, ...asShop });
    const checked = route.releases.map((release) => ({
      ...release,
      rules: { balance: "round-robin" as const, ...release.rules, health },
    }));
    const { port, gateway } = await world({ routes: [{ ...route, releases: checked }] });
    await talk(port, { pieces: [request("GET /orders/1")] });
    expect(gateway.upstreams()).toMatchObject([{ state: "up", last_error: null }]);
  });
});

describe("connections are cut between credentials", () => {
  test("of certificates", async () => {
    const { url, connections } = await secureUpstream(["127.0.0.1"], true);
    const routes = [
      routeWith(url, { ...trusted, ...asShop }, "shop"),
      routeWith(url, { ...trusted, ...asBilling }, "billing"),
    ];
    const { port } = await world({ routes });
    for (const name of ["shop", "billing", "shop", "billing"])
      expect((await talk(port, { pieces: [request(`GET /${name}/1`)] })).body).toContain(name);
    expect(connections()).toBe(2);
  });

  test("of provider keys", async () => {
    const sockets = new Map<unknown, Set<string | undefined>>();
    const { url } = await upstream((incoming, response) => {
      const keys = sockets.get(incoming.socket) ?? new Set();
      sockets.set(incoming.socket, keys.add(incoming.headers.authorization));
      response.setHeader("content-type", "application/json").end("{}");
    });
    const model = (name: string, key: string) =>
      modelAt([{ provider: "local", kind: "openai-compatible", url, model: "m", key }], {
        name,
        subject: `models.${name}`,
      });
    const { port } = await world({ models: [model("one", "key-1"), model("two", "key-2")] });
    for (const name of ["one", "two", "one", "two"]) {
      const body = JSON.stringify({ model: name, messages: [] });
      await talk(port, { pieces: [request("POST /v1/chat/completions", [`content-length: ${body.length}`], body)] });
    }
    expect([...sockets.values()].map((keys) => [...keys])).toEqual([["Bearer key-1"], ["Bearer key-2"]]);
  });
});
