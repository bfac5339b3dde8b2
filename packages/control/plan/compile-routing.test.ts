// What the plan compiler makes of matching, rewriting, answers and lives, and what of them it refuses.
import { ok } from "@holdfast/base";
import { describe, expect, test } from "vitest";
import { readCandidate } from "./held-settings.ts";

const secrets = () => ({ env: () => ok("0123456789abcdef"), file: () => ok("0123456789abcdef") });

async function read(route: string, more = "") {
  return readCandidate(
    `holdfast: 1
services: { s: { releases: { v1: { upstreams: [http://127.0.0.1:1] } } } }
routes:
  r: { access: public, ${route} }
${more}`,
    { secrets, provider_urls: {} },
  );
}

async function compiled(route: string) {
  const made = await read(route);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value.section.routes[0];
}

const TO = "to: s";

describe("compiles", () => {
  test("several hosts and paths, conditions and a version", async () => {
    const route = await compiled(
      `${TO}, match: { host: [a.example, "*.b.example"], path: [/x, "/y/:id"], headers: { x-a: a, x-b: { one_of: [c, d] }, x-c: { present: false } }, query: { q: { regex: "a+" } }, version: { by: media-type, name: vnd.acme, is: V2, default: true } }`,
    );
    expect(route).toMatchObject({
      host: "a.example",
      path: "/x",
      also: { hosts: ["*.b.example"], paths: ["/y/:id"] },
      conditions: [
        { in: "header", name: "x-a", exact: ["a"] },
        { in: "header", name: "x-b", exact: ["c", "d"] },
        { in: "header", name: "x-c", present: false },
        { in: "query", name: "q", regex: "a+" },
        { in: "version", name: "vnd.acme", exact: ["2"], or_absent: true },
      ],
    });
  });

  test("a version in the path, before every path", async () => {
    const route = await compiled(`${TO}, match: { path: [/, /orders/**], version: { by: path, is: v2 } }`);
    expect(route).toMatchObject({ path: "/v2", also: { hosts: [], paths: ["/v2/orders/**"] } });
  });

  test("nothing of all this where nothing of it is said", async () => {
    const keys = Object.keys((await compiled(`${TO}, match: { path: /x }`)) ?? {});
    for (const key of [
      "host",
      "also",
      "conditions",
      "encoded_slashes",
      "rewrite",
      "answer",
      "lifecycle",
      "disabled",
      "maintenance",
    ])
      expect(keys).not.toContain(key);
  });

  test("encoded slashes that are kept", async () => {
    expect(await compiled(`${TO}, match: { path: /x }, encoded_slashes: keep`)).toMatchObject({
      encoded_slashes: "keep",
    });
    expect(await compiled(`${TO}, match: { path: /x }, encoded_slashes: refuse`)).not.toHaveProperty("encoded_slashes");
  });

  test("a life in numbers", async () => {
    const route = await compiled(
      `${TO}, match: { path: /x }, enabled: false, when_disabled: 404, lifecycle: { state: deprecated, deprecated_at: "2026-01-01T00:00Z", sunset_at: "2026-07-01T00:00Z", after_sunset: retire, links: { successor: /v2 }, brown_outs: [{ from: "2026-06-01T00:00Z", until: "2026-06-01T01:00Z", share: 10% }] }, maintenance: { until: "2026-02-01T00:00Z", except: { addresses: [10.0.0.0/8], consumers: [app] } }`,
    );
    expect(route).toMatchObject({
      disabled: 404,
      when_disabled: 404,
      lifecycle: {
        state: "deprecated",
        deprecated_at: Date.UTC(2026, 0),
        sunset_at: Date.UTC(2026, 6),
        retire_at: Date.UTC(2026, 6),
        links: { successor: "/v2" },
        brown_outs: [{ from: Date.UTC(2026, 5), until: Date.UTC(2026, 5, 1, 1), share: 0.1 }],
      },
      maintenance: {
        until: Date.UTC(2026, 1),
        message: "This API is under maintenance.",
        retry_after_ms: 300_000,
        consumers: ["app"],
        addresses: ["10.0.0.0/8"],
      },
    });
  });

  test.each([
    ["redirect: { to: '/new/{param.id}' }", { kind: "redirect", to: "/new/{param.id}", status: 307, keep_query: true }],
    [
      "redirect: { to: 'https://{host}{path}', status: 301, query: drop }",
      { kind: "redirect", status: 301, keep_query: false },
    ],
    ["respond: { status: 200, body: hi }", { kind: "respond", status: 200, headers: {}, body: "hi" }],
  ])("%s", async (answer, planned) => {
    const route = await compiled(`${answer}, match: { path: "/x/:id" }`);
    expect(route?.answer).toMatchObject(planned);
    expect(route?.releases).toEqual([{ name: "answered", weight: 1, targets: [] }]);
  });
});

describe("refuses", () => {
  const path = "match: { path: /api/:id/** }";
  test.each<[string, string, path: string, message: RegExp]>([
    ["nobody who answers", path, "routes.r.to", /exactly one of to, compose, redirect, respond/],
    ["two who answer", `${path}, ${TO}, respond: {}`, "routes.r.to", /exactly one/],
    [
      "a star inside a host",
      `${TO}, match: { path: /x, host: "a.*.b" }`,
      "routes.r.match.host",
      /host name in lower case/,
    ],
    [
      "a star at the end of a host",
      `${TO}, match: { path: /x, host: ["a.*"] }`,
      "routes.r.match.host.0",
      /host name in lower case/,
    ],
    ["a broken path among others", `${TO}, match: { path: [/x, /a//b] }`, "routes.r.match.path.1", /empty segment/],
    [
      "a parameter as OpenAPI writes it",
      `${TO}, match: { path: "/x/{id}" }`,
      "routes.r.match.path",
      /written `:id` here/,
    ],
    ["the same path twice", `${TO}, match: { path: ["/x/:a", "/x/:b"] }`, "routes.r.match.path.1", /twice/],
    [
      "a pattern that could explode",
      `${TO}, match: { path: /x, headers: { a: { regex: "(?=a)b" } } }`,
      "routes.r.match.headers.a.regex",
      /linear/,
    ],
    [
      "two rules for one value",
      `${TO}, match: { path: /x, headers: { a: { exact: b, prefix: c } } }`,
      "routes.r.match.headers.a",
      /exactly one/,
    ],
    [
      "an upper-case header",
      `${TO}, match: { path: /x, headers: { X-A: b } }`,
      "routes.r.match.headers.X-A",
      /lower case/,
    ],
    [
      "an unknown kind of version",
      `${TO}, match: { path: /x, version: { by: cookie, is: "1" } }`,
      "routes.r.match.version.by",
      /path|expected/,
    ],
    [
      "a strip that a path lacks",
      `${TO}, ${path}, rewrite: { strip: /ap }`,
      "routes.r.rewrite.strip",
      /not the beginning of the path \/api\/:id/,
    ],
    [
      "a path beside a prefix",
      `${TO}, ${path}, rewrite: { path: /x, prefix: /y }`,
      "routes.r.rewrite.path",
      /excludes/,
    ],
    [
      "a parameter that the path lacks",
      `${TO}, ${path}, rewrite: { path: "/x/{param.name}" }`,
      "routes.r.rewrite.path",
      /has no `:name`/,
    ],
    [
      "a rest that the path lacks",
      `${TO}, match: { path: /x }, rewrite: { path: "/{param.**}" }`,
      "routes.r.rewrite.path",
      /has no `\*\*`/,
    ],
    [
      "a header in a path",
      `${TO}, ${path}, rewrite: { path: "/{header.x}" }`,
      "routes.r.rewrite.path",
      /and not \{header.x\}/,
    ],
    ["a dot segment", `${TO}, ${path}, rewrite: { path: "/a/../{param.id}" }`, "routes.r.rewrite.path", /dot segment/],
    ["a query in a path", `${TO}, ${path}, rewrite: { path: "/a?b=1" }`, "routes.r.rewrite.path", /without query/],
    [
      "two who rewrite",
      `${TO}, ${path}, rewrite: { strip: /api }, transform: { request: { path: /x } }`,
      "routes.r.rewrite",
      /both/,
    ],
    ["a rewrite without upstream", `respond: {}, ${path}, rewrite: { strip: /api }`, "routes.r.rewrite", /no upstream/],
    [
      "a redirect to a host of the caller's",
      `redirect: { to: "https://a.example{param.id}/" }, ${path}`,
      "routes.r.redirect.to",
      /choose the host/,
    ],
    [
      "a redirect that begins with two slashes",
      `redirect: { to: //evil.example/ }, ${path}`,
      "routes.r.redirect.to",
      /begins with/,
    ],
    [
      "a redirect that would begin with two",
      `redirect: { to: "/{path}" }, ${path}`,
      "routes.r.redirect.to",
      /empty or dot/,
    ],
    [
      "a redirect to a port that cannot be",
      `redirect: { to: "https://{host}:99999/" }, ${path}`,
      "routes.r.redirect.to",
      /a host or a port/,
    ],
    ["a redirect that is none", `redirect: { to: /x, status: 200 }, ${path}`, "routes.r.redirect.status", /301/],
    [
      "a split where nobody is asked",
      `respond: {}, ${path}, split: { v1: 100% }`,
      "routes.r.split",
      /answers this one itself/,
    ],
    [
      "a header that frames",
      `respond: { headers: { content-length: "3" } }, ${path}`,
      "routes.r.respond.headers.content-length",
      /cannot be set/,
    ],
    [
      "a line break in a header",
      `respond: { headers: { x-a: "a\\nb" } }, ${path}`,
      "routes.r.respond.headers.x-a",
      /ASCII/,
    ],
    ["a body on 204", `respond: { status: 204, body: x }, ${path}`, "routes.r.respond.body", /no body/],
    [
      "deprecated since when",
      `${TO}, ${path}, lifecycle: { state: deprecated }`,
      "routes.r.lifecycle.deprecated_at",
      /since when/,
    ],
    [
      "published and deprecated",
      `${TO}, ${path}, lifecycle: { sunset_at: "2026-01-01T00:00Z" }`,
      "routes.r.lifecycle.state",
      /contradicts/,
    ],
    [
      "a sunset before the deprecation",
      `${TO}, ${path}, lifecycle: { state: deprecated, deprecated_at: "2026-02-01T00:00Z", sunset_at: "2026-01-01T00:00Z" }`,
      "routes.r.lifecycle.sunset_at",
      /before/,
    ],
    [
      "brown-outs of something published",
      `${TO}, ${path}, lifecycle: { brown_outs: [{ from: "2026-01-01T00:00Z", until: "2026-01-02T00:00Z" }] }`,
      "routes.r.lifecycle.brown_outs",
      /deprecated/,
    ],
    [
      "a retirement without a date",
      `${TO}, ${path}, lifecycle: { state: deprecated, deprecated_at: "2026-02-01T00:00Z", after_sunset: retire }`,
      "routes.r.lifecycle.after_sunset",
      /needs `sunset_at`/,
    ],
    [
      "maintenance that ends before it begins",
      `${TO}, ${path}, maintenance: { from: "2026-02-01T00:00Z", until: "2026-01-01T00:00Z" }`,
      "routes.r.maintenance.until",
      /not after/,
    ],
    [
      "maintenance for a broken subnet",
      `${TO}, ${path}, maintenance: { except: { addresses: [10.0.0.0/99] } }`,
      "routes.r.maintenance.except.addresses.0",
      /prefix/,
    ],
    [
      "another status of the switch",
      `${TO}, ${path}, enabled: false, when_disabled: 500`,
      "routes.r.when_disabled",
      /503/,
    ],
  ])("%s", async (_, route, place, message) => {
    const made = await read(route);
    const problems = made.ok ? [] : made.error;
    expect(problems.map(({ path: at }) => at)).toContain(place);
    expect(problems.find(({ path: at }) => at === place)?.message).toMatch(message);
  });
});
