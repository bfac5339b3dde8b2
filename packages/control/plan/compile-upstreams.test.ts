// What the compiler makes of the upstreams of a service, and which slips of the hand it refuses: cases as data.
import { generateKeyPairSync } from "node:crypto";
import { ok } from "@holdfast/base";
import { describe, expect, test } from "vitest";
import { authority } from "../../../tests/gateway/certificates.ts";
import { compileSection } from "./compile-section.ts";
import { pathText } from "./problem.ts";
import { readSettings } from "./read-settings.ts";

const ca = authority("ours");
const client = ca.issue({ name: "gateway" });
const files: Record<string, string> = {
  "/ca.pem": ca.certificate,
  "/client.pem": client.certificate,
  "/client.key": client.key,
  "/other.key": generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  "/text": "not a certificate",
};

function sectionOf(service: string, more = "") {
  const text = `
holdfast: 1
services:
  orders: ${service}
${more}
routes: { orders: { match: { path: /orders/** }, to: orders, access: public } }`;
  const secrets = () => ({ env: () => ok("x"), file: (path: string) => ok(files[path] ?? "") });
  const read = readSettings(text, { secrets, workspace: "default" });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return compileSection(read.value.settings, {});
}

const ONE = "releases: { v1: { upstreams: [http://127.0.0.1:1] } }";
const TWO = "releases: { v1: { upstreams: [http://127.0.0.1:1, http://127.0.0.1:2] } }";
const SECURE = "releases: { v1: { upstreams: [https://127.0.0.1:1] } }";

function releaseOf(service: string, more = "") {
  const { section, problems } = sectionOf(service, more);
  expect(problems).toEqual([]);
  return section.routes[0]?.releases[0];
}

describe("compiles", () => {
  test("nothing where nothing is said", () => {
    expect(releaseOf(`{ ${TWO} }`)).toEqual({
      name: "v1",
      weight: 1,
      targets: [{ url: "http://127.0.0.1:1" }, { url: "http://127.0.0.1:2" }],
    });
  });

  test("weights, and the release's own word before the service's", () => {
    const release = releaseOf(`
    health: { tcp: true }
    releases:
      v1:
        upstreams: [{ url: "http://127.0.0.1:1/", weight: 3 }, { url: "http://127.0.0.1:2" }]
        balance: weighted
        health: { get: /ready, every: 10s }`);
    expect(release).toMatchObject({
      targets: [{ url: "http://127.0.0.1:1", weight: 3 }, { url: "http://127.0.0.1:2" }],
      rules: { balance: "weighted", health: { get: "/ready", every: 10_000, timeout: 1_000, rise: 2, fall: 3 } },
    });
  });

  test("everything with its defaults", () => {
    const release = releaseOf(`{ eject: {}, breaker: {}, retries: {}, slow_start: 30s, ${TWO} }`);
    expect(release?.rules).toEqual({
      balance: "round-robin",
      eject: { after: 5, for: 30_000, most: 0.5 },
      breaker: { errors: 0.5, of_least: 20, window: 10_000, open_for: 5_000, probes: 3 },
      retries: {
        attempts: 2,
        budget: 0.1,
        always: 3,
        on: ["connect-failure", "reset", "gateway-error"],
        back_off: 25,
        keep_body: 65_536,
      },
      slow_start_ms: 30_000,
    });
  });

  test("the fallback with its own rules, and none for the release that is the fallback", () => {
    const other = "  static: { breaker: {}, releases: { v1: { upstreams: [http://127.0.0.1:9] } } }";
    expect(releaseOf(`{ fallback: { service: static }, ${ONE} }`, other)).toMatchObject({
      rules: { balance: "round-robin" },
      fallback: {
        service: "static",
        release: "v1",
        targets: [{ url: "http://127.0.0.1:9" }],
        rules: { breaker: { probes: 3 } },
      },
    });
    const own = releaseOf(`{ fallback: { release: v1 }, ${ONE} }`);
    expect(own).not.toHaveProperty("fallback");
    expect(own).not.toHaveProperty("rules");
  });

  test("certificates out of files", () => {
    const tls =
      "tls: { ca: '${file:/ca.pem}', client_certificate: '${file:/client.pem}', client_key: '${file:/client.key}' }";
    expect(releaseOf(`{ ${tls}, ${SECURE} }`)?.rules?.tls).toEqual({
      ca: ca.certificate,
      client_certificate: client.certificate,
      client_key: client.key,
    });
  });
});

const refusals: [name: string, service: string, path: string, message: RegExp][] = [
  [
    "weights that nobody heeds",
    "{ releases: { v1: { upstreams: [{ url: http://127.0.0.1:1, weight: 2 }] } } }",
    "releases.v1.upstreams",
    /does not heed/,
  ],
  [
    "the same address twice",
    "{ releases: { v1: { upstreams: [http://127.0.0.1:1, http://127.0.0.1:1/] } } }",
    "releases.v1.upstreams.1",
    /twice/,
  ],
  ["a hash by nothing", `{ balance: consistent-hash, ${TWO} }`, "releases.v1", /by what/],
  [
    "a hash by a header without name",
    `{ balance: consistent-hash, hash: { by: header }, ${TWO} }`,
    "hash",
    /needs the name/,
  ],
  [
    "a hash by consumer with a name",
    `{ balance: consistent-hash, hash: { by: consumer, name: x }, ${TWO} }`,
    "hash.name",
    /has no name/,
  ],
  [
    "a hash that is not used",
    "{ releases: { v1: { upstreams: [http://127.0.0.1:1], hash: { by: address } } } }",
    "releases.v1.hash",
    /not used by round-robin/,
  ],
  ["a check of nothing", `{ health: { every: 5s }, ${ONE} }`, "health", /how to check/],
  ["a check in two ways", `{ health: { get: /, tcp: true }, ${ONE} }`, "health", /both/],
  ["a status from TCP", `{ health: { tcp: true, expect: [200] }, ${ONE} }`, "health.expect", /no status/],
  ["a flood of checks", `{ health: { get: /, every: 1ms }, ${ONE} }`, "health.every", /less than 100ms/],
  ["an ejection of nobody", `{ eject: { most: 0% }, ${ONE} }`, "eject.most", /nothing would ever/],
  ["a breaker that is always open", `{ breaker: { errors: 0% }, ${ONE} }`, "breaker.errors", /open always/],
  ["a fallback to nothing", `{ fallback: {}, ${ONE} }`, "fallback", /names nothing/],
  [
    "a fallback to an unknown service",
    `{ fallback: { service: order }, ${ONE} }`,
    "fallback.service",
    /no service order/,
  ],
  ["a fallback to itself", `{ fallback: { service: orders }, ${ONE} }`, "fallback", /itself/],
  ["a fallback to an unknown release", `{ fallback: { release: v9 }, ${ONE} }`, "fallback.release", /no release v9/],
  ["TLS where nobody speaks it", `{ tls: { server_name: x.example }, ${ONE} }`, "tls", /over TLS/],
  ["an authority that is none", `{ tls: { ca: "\${file:/text}" }, ${SECURE} }`, "tls.ca", /not a certificate/],
  [
    "a certificate without key",
    `{ tls: { client_certificate: "\${file:/client.pem}" }, ${SECURE} }`,
    "tls",
    /belong together/,
  ],
  [
    "the key of another certificate",
    `{ tls: { client_certificate: "\${file:/client.pem}", client_key: "\${file:/other.key}" }, ${SECURE} }`,
    "tls.client_key",
    /not the key of/,
  ],
  [
    "a key that is none",
    `{ tls: { client_certificate: "\${file:/client.pem}", client_key: "\${file:/text}" }, ${SECURE} }`,
    "tls.client_key",
    /not a private key/,
  ],
];

test.each(refusals)("refuses %s", (_, service, path, message) => {
  const { problems } = sectionOf(service);
  expect(problems.map((problem) => pathText(problem.path))).toEqual([`services.orders.${path}`]);
  expect(problems[0]?.message).toMatch(message);
});

test("refuses a fallback that does not say which of several releases, and checks services that no route uses", () => {
  const unused = `
  static: { releases: { v1: { upstreams: [http://127.0.0.1:9] }, v2: { upstreams: [http://127.0.0.1:8] } } }
  idle: { fallback: { service: static }, ${ONE} }`;
  const { problems } = sectionOf(`{ ${ONE} }`, unused);
  expect(problems).toMatchObject([
    { path: ["services", "idle", "fallback"], message: "static has 2 releases", suggestion: "add `release: v1`" },
  ]);
});
