// Routing and lives of routes through a real gateway: which upstream is reached, with which path and host, and what callers read.
import { PROBLEMS } from "@holdfast/base";
import type { PlanRoute } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { closeAll, modelAt, request, routeTo, type Talk, talk, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

/** Answers with its name and what it was asked. */
async function named(name: string): Promise<string> {
  const { url } = await upstream(({ method, url: path, headers }, response) => {
    response.end(`${name} ${method} ${path} ${headers.host}`);
  });
  return url;
}

const route = (name: string, url: string, more: Partial<PlanRoute>): PlanRoute =>
  routeTo(url, { name, subject: `routes.${name}`, ...more });

const ask = (line: string, { host = "shop.example.com", headers = [] as string[] } = {}): Talk => ({
  pieces: [`${[`${line} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...headers].join("\r\n")}\r\n\r\n`],
});

describe("a call reaches the most specific route", () => {
  test("by host, version, header, query and method", async () => {
    const url = await named("up");
    const paths = { path: "/orders/**" };
    const version = (is: string, or_absent?: true): Partial<PlanRoute> => ({
      ...paths,
      host: "api.example.com",
      conditions: [{ in: "version", name: "vnd.acme", exact: [is], ...(or_absent && { or_absent }) }],
    });
    const { port, records } = await world({
      routes: [
        route("any", url, paths),
        route("wild", url, { ...paths, host: "*.example.com" }),
        route("v1", url, version("1", true)),
        route("v2", url, version("2")),
        route("beta", url, { ...paths, conditions: [{ in: "header", name: "x-beta", present: true }] }),
        route("debug", url, { ...paths, conditions: [{ in: "query", name: "debug", exact: ["1"] }] }),
        route("put", url, { ...paths, methods: ["PUT"] }),
      ],
    });
    const v2 = ["Accept: application/vnd.acme.v2+json"];
    const calls: [Talk, string][] = [
      [ask("GET /orders/1", { host: "other.net" }), "routes.any"],
      [ask("GET /orders/1", { host: "a.b.example.com.:8080" }), "routes.wild"],
      [ask("GET /orders/1", { host: "API.example.com" }), "routes.v1"],
      [ask("GET /orders/1", { host: "api.example.com", headers: v2 }), "routes.v2"],
      [ask("GET /orders/1", { host: "other.net", headers: ["X-Beta: yes"] }), "routes.beta"],
      [ask("GET /orders/1?a=b&debug=1", { host: "other.net" }), "routes.debug"],
      [ask("PUT /orders/1", { host: "other.net", headers: ["Content-Length: 0", "X-Beta: 1"] }), "routes.put"],
    ];
    for (const [talked] of calls) expect((await talk(port, talked)).status).toBe(200);
    expect(records.map(({ subject }) => subject)).toEqual(calls.map(([, subject]) => subject));
  });

  test("and its record says which of the route's paths took it, however it is spelled", async () => {
    const url = await named("up");
    const paths = { path: "/orders/:id", also: { hosts: [], paths: ["/orders/latest", "/files/**"] } };
    const { port, records } = await world({
      routes: [route("orders", url, paths), route("one", url, { path: "/:x" })],
    });
    const taken = [
      ["/orders/42?a=1", "/orders/:id"],
      ["/orders/%6Catest", "/orders/latest"],
      ["/files/a/b", "/files/**"],
      ["/other", "/:x"],
      ["/no/where", null],
    ] as const;
    for (const [path] of taken) await talk(port, ask(`GET ${path}`));
    expect(records.map(({ route: pattern }) => pattern)).toEqual(taken.map(([, pattern]) => pattern));
  });

  test("and where none fits, it reads why", async () => {
    const url = await named("up");
    const conditions = [{ in: "header" as const, name: "api-version", exact: ["2"] }];
    const { port } = await world({
      routes: [route("v2", url, { conditions }), route("get", url, { path: "/items", methods: ["GET"] })],
    });
    const other = await talk(port, ask("GET /orders/1", { headers: ["api-version: 3"] }));
    expect(other.status).toBe(404);
    expect(other.body).toContain("another version");
    const method = await talk(port, ask("DELETE /items"));
    expect([method.status, method.header("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("drafts reach nobody, and hide nobody", async () => {
    const draft: Partial<PlanRoute> = { lifecycle: { state: "draft", links: {}, brown_outs: [] } };
    const { port } = await world({
      routes: [route("next", "http://127.0.0.1:1", draft), route("now", await named("now"), {})],
    });
    expect((await talk(port, ask("GET /orders/1"))).body).toContain("now GET /orders/1");
    const { port: alone } = await world({ routes: [route("next", "http://127.0.0.1:1", draft)] });
    expect((await talk(alone, ask("GET /orders/1"))).status).toBe(404);
  });
});

describe("the upstream gets", () => {
  test.each<[string, Partial<PlanRoute>, string, RegExp]>([
    [
      "the path without its prefix",
      { path: "/api/**", rewrite: { strip: "/api", prefix: "/v2" } },
      "/api/a?b=c",
      /GET \/base\/v2\/a\?b=c /,
    ],
    [
      "a path of its own",
      { path: "/o/:id", rewrite: { path: "/internal/{param.id}" } },
      "/o/a%20b?c",
      /GET \/base\/internal\/a%20b\?c /,
    ],
    ["the client's host", { rewrite: { host: "preserve" } }, "/orders/1", / shop\.example\.com:81/],
    ["a written host", { rewrite: { host: "inside.example" } }, "/orders/1", / inside\.example/],
    ["its own host", { rewrite: { prefix: "/x" } }, "/orders/1", / 127\.0\.0\.1:\d+/],
  ])("%s", async (_, more, path, seen) => {
    const url = await named("up");
    const { port, record } = await world({ routes: [route("orders", `${url}/base`, more)] });
    const answer = await talk(port, ask(`GET ${path}`, { host: "shop.example.com:81" }));
    expect(answer.body).toMatch(seen);
    // The record keeps the path that was called.
    expect((await record()).path).toBe(path.split("?")[0]);
  });

  test("nothing, when the path would leave its place", async () => {
    let asked = 0;
    const { url } = await upstream((_, response) => {
      asked++;
      response.end();
    });
    const { port, record } = await world({
      routes: [route("files", url, { rewrite: { path: "/files/{query.name}" } })],
    });
    const answer = await talk(port, ask("GET /orders/1?name=.."));
    expect([answer.status, asked]).toEqual([400, 0]);
    expect((await record()).refused_by).toBe("rewrite");
  });
});

describe("the gateway answers itself", () => {
  test("a redirect, after access was checked", async () => {
    const answer = { kind: "redirect" as const, to: "/new/{param.**}", status: 308, keep_query: true };
    const { port, records } = await world({
      routes: [route("old", "http://127.0.0.1:1", { answer, access: "api-key" })],
    });
    expect((await talk(port, ask("GET /orders/1?a=b"))).status).toBe(401);
    const moved = await talk(port, ask("GET /orders/1?a=b", { headers: ["x-api-key: key-of-shop"] }));
    expect([moved.status, moved.header("location")]).toEqual([308, "/new/1?a=b"]);
    expect(moved.header("x-holdfast-ref")).toBeDefined();
    expect(records.map(({ outcome, attempts }) => [outcome, attempts])).toEqual([
      ["credentials_missing", 0],
      ["ok", 0],
    ]);
  });

  test("a fixed answer, to HEAD without its body and to POST without reading one", async () => {
    const answer = {
      kind: "respond" as const,
      status: 200,
      headers: { "x-a": "b" },
      content_type: "text/plain",
      body: "hello",
    };
    const { port } = await world({ routes: [route("fixed", "http://127.0.0.1:1", { answer })] });
    const got = await talk(port, ask("GET /orders/1"));
    expect([got.status, got.header("content-type"), got.header("x-a"), got.body]).toEqual([
      200,
      "text/plain",
      "b",
      "hello",
    ]);
    const head = await talk(port, ask("HEAD /orders/1"));
    expect([head.status, head.header("content-length"), head.body]).toEqual([200, "5", ""]);
    const posted = await talk(port, { pieces: [request("POST /orders/1", ["Content-Length: 3"], "abc")] });
    expect([posted.status, posted.body]).toEqual([200, "hello"]);
  });

  test("at the end of a life", async () => {
    const url = await named("up");
    const links = { successor: "/v2/orders" };
    const now = Date.now();
    const { port, records } = await world({
      routes: [
        route("old", url, {
          path: "/old",
          lifecycle: { state: "deprecated", deprecated_at: 1_767_603_600_000, links, brown_outs: [] },
        }),
        route("dim", url, {
          path: "/dim",
          lifecycle: { state: "deprecated", links, brown_outs: [{ from: now - 1000, until: now + 60_000, share: 1 }] },
        }),
        route("gone", url, { path: "/gone", lifecycle: { state: "retired", links, brown_outs: [] } }),
        route("off", url, { path: "/off", disabled: 503 }),
        route("hidden", url, { path: "/hidden", disabled: 404 }),
        route("later", url, {
          path: "/later",
          maintenance: { message: "Back at noon.", retry_after_ms: 60_000, consumers: ["shop"], addresses: [] },
          access: "api-key",
        }),
      ],
    });
    const old = await talk(port, ask("GET /old"));
    expect([old.status, old.header("deprecation"), old.header("link")]).toEqual([
      200,
      "@1767603600",
      '</v2/orders>; rel="successor-version"',
    ]);
    const dim = await talk(port, ask("GET /dim"));
    expect([dim.status, Number(dim.header("retry-after")) > 50]).toEqual([410, true]);
    const gone = await talk(port, ask("GET /gone"));
    expect([gone.status, gone.header("content-type"), gone.header("link")]).toEqual([
      410,
      "application/problem+json",
      '</v2/orders>; rel="successor-version"',
    ]);
    expect(JSON.parse(gone.body).title).toBe(PROBLEMS.route_retired.title);
    expect((await talk(port, ask("GET /off"))).status).toBe(503);
    const hidden = await talk(port, ask("GET /hidden"));
    const nowhere = await talk(port, ask("GET /nowhere"));
    const told = ({ body }: { body: string }) => ({ ...JSON.parse(body), request_id: "", instance: "" });
    expect(told(hidden)).toEqual(told(nowhere));
    const spared = await talk(port, ask("GET /later", { headers: ["x-api-key: key-of-shop"] }));
    expect(spared.status).toBe(200);
    expect(records.map(({ outcome, refused_by }) => `${outcome} ${refused_by}`)).toEqual([
      "ok null",
      "route_brown_out lifecycle",
      "route_retired lifecycle",
      "route_disabled lifecycle",
      "route_unknown lifecycle",
      "route_unknown null",
      "ok null",
    ]);
  });

  test("on models too", async () => {
    const target = { provider: "local", kind: "openai-compatible" as const, url: "http://127.0.0.1:1", model: "m" };
    const links = { successor: "/v1/models" };
    const { port } = await world({
      models: [
        modelAt([target], {
          name: "gone",
          subject: "models.gone",
          lifecycle: { state: "retired", links, brown_outs: [] },
        }),
        modelAt([target], { name: "off", subject: "models.off", disabled: 503 }),
        modelAt([target], {
          name: "next",
          subject: "models.next",
          lifecycle: { state: "draft", links: {}, brown_outs: [] },
        }),
      ],
    });
    const call = async (model: string, headers: string[] = []) => {
      const body = JSON.stringify({ model, messages: [{ role: "user", content: "hi" }] });
      const length = `Content-Length: ${body.length}`;
      return talk(port, {
        pieces: [request("POST /v1/chat/completions", ["Content-Type: application/json", length, ...headers], body)],
      });
    };
    const gone = await call("gone");
    expect([gone.status, gone.header("link")]).toEqual([410, '</v1/models>; rel="successor-version"']);
    expect(JSON.parse(gone.body).error.code).toBe("route_retired");
    expect((await call("off")).status).toBe(503);
    // Without a key an unknown name is answered 401, with one 404; a draft is as unknown as a name that nobody has.
    for (const headers of [[], ["x-api-key: key-of-shop"]]) {
      const draft = await call("next", headers);
      expect(draft.status).toBe(headers.length === 0 ? 401 : 404);
      expect(draft.body.replaceAll("next", "none")).toBe((await call("none", headers)).body);
    }
  });

  test("maintenance, to everybody else", async () => {
    const maintenance = { message: "Back at noon.", retry_after_ms: 60_000, consumers: [], addresses: [] };
    const { port } = await world({ routes: [route("orders", await named("up"), { maintenance })] });
    const answer = await talk(port, ask("GET /orders/1"));
    expect([answer.status, answer.header("retry-after"), JSON.parse(answer.body).detail]).toEqual([
      503,
      "60",
      "Back at noon.",
    ]);
  });
});
