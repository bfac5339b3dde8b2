// What access, identity, consumers, addresses and cors compile to, and what of them is refused before it does harm.
import { ok } from "@holdfast/base";
import { describe, expect, test } from "vitest";
import { compileSection } from "./compile-section.ts";
import { pathText } from "./problem.ts";
import { readSettings } from "./read-settings.ts";

const SECRETS: Record<string, string> = {
  SCRYPT: "$scrypt$ln=15,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A",
  PASSWORD: "hunter2",
  SHORT: "too short",
};
const secrets = () => ({
  env: (name: string) => ok(SECRETS[name] ?? `${name}-0123456789abcdef0123456789abcdef`),
  file: () => ok("file"),
});

type Parts = { access?: string; route?: string; identity?: string; consumers?: string; models?: string };

const IDENTITY = `
  sso: { issuer: https://sso.example.com, audience: orders, claims_to_headers: { sub: x-user-id } }
  opaque: { introspection: { url: https://sso.example.com/introspect, client_id: holdfast, client_secret: "\${env:CLIENT}" } }
  staff: { users: { lena: { password: "\${env:SCRYPT}" } } }
  partner: { keys: { key-1: { secret: "\${env:KEY}", scopes: [orders.read] } } }`;

function settingsOf({ access = "api-key", route = "", identity = "", consumers = "{}", models = "{}" }: Parts): string {
  return `holdfast: 1
services: { orders: { releases: { v1: { upstreams: [http://127.0.0.1:9001] } } } }
providers: { local: { kind: openai-compatible, url: http://127.0.0.1:1/v1 } }
identity: ${identity === "" ? "{}" : identity}
plans: { gold: {} }
consumers: ${consumers}
models: ${models}
routes: { orders: { match: { path: /orders/** }, to: orders, access: ${access}${route} } }`;
}

function compile(parts: Parts) {
  const read = readSettings(settingsOf(parts), { secrets });
  if (!read.ok) return { section: undefined, problems: read.error.map(({ path, message }) => `${path}: ${message}`) };
  const { section, problems } = compileSection(read.value.settings, {});
  return { section, problems: problems.map(({ path, message }) => `${pathText(path)}: ${message}`) };
}

describe("compiles", () => {
  test("the short forms to themselves", () => {
    expect(compile({ access: "api-key" }).section?.routes[0]?.access).toBe("api-key");
    expect(compile({ access: "public" }).section?.routes[0]).not.toHaveProperty("own_headers");
  });

  test("every kind of scheme, in the order given", () => {
    const access = `{ any_of: [{ hmac: partner }, api-key, { jwt: sso }, { basic: staff }, { introspection: opaque }], api_key: { query: k }, scopes: [a, b, a], subscription: required }`;
    const { section, problems } = compile({ identity: IDENTITY, access });
    expect(problems).toEqual([]);
    const tokens = { clock_skew_ms: 30_000, consumer_claim: "sub", forward_token: false };
    expect(section?.routes[0]).toMatchObject({
      own_headers: ["x-user-id"],
      access: {
        any_of: [
          {
            kind: "hmac",
            name: "partner",
            keys: { "key-1": { secret: expect.stringContaining("KEY-"), scopes: ["orders.read"] } },
            age_ms: 60_000,
            clock_skew_ms: 30_000,
            body_bytes_max: 1_048_576,
          },
          { kind: "api-key", query: "k" },
          {
            kind: "jwt",
            name: "sso",
            ...tokens,
            issuer: "https://sso.example.com",
            audience: ["orders"],
            algorithms: ["RS256", "ES256"],
            claims_to_headers: { sub: "x-user-id" },
          },
          { kind: "basic", name: "staff", users: { lena: { password: SECRETS.SCRYPT, scopes: [] } } },
          {
            kind: "introspection",
            name: "opaque",
            ...tokens,
            audience: [],
            url: "https://sso.example.com/introspect",
            client_id: "holdfast",
            remember_ms: 30_000,
          },
        ],
        scopes: ["a", "b"],
        subscription: "orders",
        tell_upstream: true,
      },
    });
  });

  test("a consumer with everything, and one with nothing but a key", () => {
    const consumers = `
  web: { keys: ["\${env:A}", { key: "\${env:B}", until: 2026-06-01T00:00Z }], known_as: { sso: [client-7] }, groups: [eu], plan: gold, scopes: [a], subscriptions: [orders] }
  app: { keys: ["\${env:C}"] }`;
    const { section, problems } = compile({ identity: IDENTITY, consumers });
    expect(problems).toEqual([]);
    const [web, app] = section?.consumers ?? [];
    expect(web).toMatchObject({
      known_as: { sso: ["client-7"] },
      groups: ["eu"],
      plan: "gold",
      scopes: ["a"],
      subscriptions: ["orders"],
    });
    expect(web?.keys_until).toEqual({ [web?.key_hashes[1] as string]: Date.UTC(2026, 5, 1) });
    expect(Object.keys(app ?? {}).sort()).toEqual(["key_hashes", "name", "workspace"]);
  });

  test("addresses, encryption and cors", () => {
    const route = `, plain_http: refuse, addresses: { allow: [10.0.0.0/8, "2001:db8::1"] }, cors: { origins: ["https://*.example.com"], credentials: true }`;
    const { section, problems } = compile({ route });
    expect(problems).toEqual([]);
    expect(section?.routes[0]).toMatchObject({
      addresses: { allow: ["10.0.0.0/8", "2001:db8::1/128"] },
      plain_http: "refuse",
      cors: { origins: ["https://*.example.com"], credentials: true, max_age: 600_000, exposed_headers: [] },
    });
  });

  test("a header for keys is hidden where headers are recorded", () => {
    const { section } = compile({ access: "{ any_of: [api-key], api_key: { header: x-partner } }" });
    expect(section?.routes[0]?.capture.hidden_headers).toEqual(["x-partner"]);
  });
});

const model = (access: string) => `{ m: { access: ${access}, releases: { s: { targets: [local/q] } } } }`;

test.each<[string, Parts, string]>([
  ["no access", { access: "~" }, "routes.orders.access: say who may call"],
  ["a word that is none", { access: "apikey" }, "routes.orders.access: say who may call"],
  ["an empty list", { access: "{ any_of: [] }" }, "routes.orders.access.any_of"],
  ["an unknown scheme", { access: "{ any_of: [token] }" }, "routes.orders.access.any_of.0: expected `api-key`"],
  [
    "two schemes in one",
    { identity: IDENTITY, access: "{ any_of: [{ jwt: sso, basic: staff }] }" },
    "names exactly one",
  ],
  [
    "an unknown identity",
    { identity: IDENTITY, access: "{ any_of: [{ jwt: ssso }] }" },
    "any_of.0: there is no identity ssso",
  ],
  ["an identity that cannot", { identity: IDENTITY, access: "{ any_of: [{ jwt: staff }] }" }, "it has no issuer"],
  [
    "tokens for anybody",
    { identity: "{ sso: { issuer: https://sso.example.com } }", access: "{ any_of: [{ jwt: sso }] }" },
    "it has no audience",
  ],
  ["public before others", { access: "{ any_of: [public, api-key] }" }, "any_of.0: lets everybody pass"],
  ["the same twice", { access: "{ any_of: [api-key, api-key] }" }, "any_of.1: stands here twice"],
  [
    "scopes of nobody",
    { access: "{ any_of: [api-key, public], scopes: [a] }" },
    "access.scopes: cannot go with `public`",
  ],
  [
    "a subscription of nobody",
    { access: "{ any_of: [public], subscription: required }" },
    "access.subscription: cannot go",
  ],
  [
    "a place for keys that are not taken",
    { identity: IDENTITY, access: "{ any_of: [{ jwt: sso }], api_key: { query: k } }" },
    "but no keys are taken",
  ],
  [
    "keys in a header of another meaning",
    { access: "{ any_of: [api-key], api_key: { header: cookie } }" },
    "cookie has a meaning of its own",
  ],
  [
    "signed requests for a model",
    { identity: IDENTITY, models: model("{ any_of: [{ hmac: partner }] }") },
    "models take no signed requests",
  ],
  [
    "a symmetric algorithm",
    { identity: "{ sso: { issuer: https://a.example, audience: a, algorithms: [HS256] } }" },
    "expected algorithms out of",
  ],
  [
    "no algorithm at all",
    { identity: "{ sso: { issuer: https://a.example, audience: a, algorithms: [none] } }" },
    "expected algorithms out of",
  ],
  [
    "an issuer over plain http",
    { identity: "{ sso: { issuer: http://sso.internal, audience: a } }" },
    "identity.sso.issuer: is not encrypted",
  ],
  ["an identity of nobody", { identity: "{ sso: { audience: a } }" }, "identity.sso: identifies nobody"],
  [
    "nobody to ask",
    { identity: '{ sso: { introspection: { client_id: a, client_secret: "${env:S}" } } }' },
    "there is no address",
  ],
  [
    "a password in place of its hash",
    { identity: '{ staff: { users: { lena: { password: "${env:PASSWORD}" } } } }' },
    "users.lena.password: is no password hash",
  ],
  [
    "a literal hash",
    { identity: '{ staff: { users: { lena: { password: "sha256:00" } } } }' },
    "is a secret in plain text",
  ],
  [
    "a short signing secret",
    { identity: '{ p: { keys: { k: { secret: "${env:SHORT}" } } } }' },
    "keys.k.secret: the secret has fewer",
  ],
  [
    "a claim as a header of ours",
    { identity: "{ sso: { issuer: https://a.example, claims_to_headers: { sub: x-forwarded-for } } }" },
    "x-forwarded-for has a meaning",
  ],
  [
    "two claims as one header",
    { identity: "{ sso: { issuer: https://a.example, claims_to_headers: { sub: x-a, email: x-a } } }" },
    "the header of another claim",
  ],
  ["a short key", { consumers: '{ web: { keys: ["${env:SHORT}"] } }' }, "consumers.web.keys.0: the key has fewer"],
  [
    "a literal key with an end",
    { consumers: "{ web: { keys: [{ key: literal-0123456789abcdef, until: 2026-06-01T00:00Z }] } }" },
    "keys.0.key: is a secret in plain text",
  ],
  [
    "a name of an unknown identity",
    { consumers: "{ web: { known_as: { sso: [a] } } }" },
    "known_as.sso: there is no identity sso",
  ],
  [
    "one name for two",
    { identity: IDENTITY, consumers: "{ a: { known_as: { sso: [x] } }, b: { known_as: { sso: [x] } } }" },
    "already means the consumer a",
  ],
  [
    "a subscription to nothing",
    { consumers: "{ web: { subscriptions: [order] } }" },
    "there is no service or model order",
  ],
  ["no subnet", { route: ", addresses: { allow: [10.0.0.0/33] }" }, "addresses.allow.0: the prefix of 10.0.0.0/33"],
  ["no list of addresses", { route: ", addresses: {}" }, "needs `allow`, `deny` or both"],
  [
    "credentials for every page",
    { route: ', cors: { origins: ["*"], credentials: true }' },
    "cors.credentials: cannot go with the origin `*`",
  ],
  [
    "every origin and one",
    { route: ', cors: { origins: ["*", https://a.example] }' },
    "`*` already means every origin",
  ],
  ["an origin with a path", { route: ", cors: { origins: [https://a.example/] }" }, "expected an origin"],
  ["an origin that no browser writes", { route: ", cors: { origins: [https://a.example:443] }" }, "leave out the port"],
])("refuses %s", (_, parts, problem) => {
  const { problems } = compile(parts);
  expect(problems.join("\n")).toContain(problem);
  expect(problems).toHaveLength(1);
});
