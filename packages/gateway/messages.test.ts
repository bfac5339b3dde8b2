// What routes check and change in messages: schemas, API descriptions, transformations.
import type { TransformSettings } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { ask, type Echo, echo, post } from "../../tests/gateway/message-routes.ts";
import { closeAll, request, routeTo, upstream } from "../../tests/gateway/world.ts";
import { api } from "./policies/openapi/cases.ts";

afterEach(closeAll);

describe("checks", () => {
  test("a body that breaks its schema never reaches the service, and every place is told", async () => {
    const service = await echo();
    const schema = { type: "object", required: ["item"], properties: { count: { type: "integer" } } };
    const route = routeTo(service.url, { checks: { schema: { draft: "2020-12", schema } } });
    const { answer, record } = await ask(route, post("/orders", '{"count":"two"}'));
    expect(answer.status).toBe(422);
    expect(answer.header("content-type")).toBe("application/problem+json");
    expect(JSON.parse(answer.body)).toMatchObject({
      code: "request_invalid",
      errors: [
        { path: "body", message: "must have required property 'item'" },
        { path: "body/count", message: "must be integer" },
      ],
    });
    expect(record).toMatchObject({
      outcome: "request_invalid",
      refused_by: "json-schema",
      error_origin: "client",
      upstream: null,
    });
    expect(service.calls()).toBe(0);
  });

  test("a body that fits arrives byte for byte", async () => {
    const service = await echo();
    const route = routeTo(service.url, { checks: { schema: { draft: "2020-12", schema: { type: "object" } } } });
    const { answer } = await ask(route, post("/orders", '{ "a" : 1.0 }'));
    expect((JSON.parse(answer.body) as Echo).body).toBe('{ "a" : 1.0 }');
  });

  test("a body past the limit of what is looked at is refused", async () => {
    const service = await echo();
    const route = routeTo(service.url, { body_bytes_max: 10, checks: { schema: { draft: "2020-12", schema: {} } } });
    const { answer } = await ask(route, post("/orders", '{"a":"0123456789"}'));
    expect(answer.status).toBe(413);
    expect(service.calls()).toBe(0);
  });

  test("an attack that is only observed passes and is on record", async () => {
    const service = await echo();
    const hostile = { mode: "observe" as const, skip: [], headers: [], body: true, headers_most: 100 };
    const { answer, record } = await ask(
      routeTo(service.url, { checks: { hostile } }),
      request("GET /orders/1?q=1+or+1%3D1"),
    );
    expect(answer.status).toBe(200);
    expect(record).toMatchObject({ outcome: "ok", notes: "hostile input: sql-injection in the query" });
    expect(service.calls()).toBe(1);
  });

  test("an upload that nobody looks at streams past the limit of what is looked at", async () => {
    const service = await upstream((incoming, response) => {
      let bytes = 0;
      incoming.on("data", (chunk: Buffer) => (bytes += chunk.length)).on("end", () => response.end(String(bytes)));
    });
    const hostile = { mode: "block" as const, skip: [], headers: [], body: true, headers_most: 100 };
    const body = "x".repeat(3_000_000);
    const { answer } = await ask(
      routeTo(service.url, { checks: { hostile } }),
      post("/orders", body, "application/octet-stream"),
    );
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toContain("3000000");
  });
});

test.each([
  ["is looked at", 10, 403],
  ["that fits arrives byte for byte", 0, 200],
  ["streams past the limit of what is looked at", 3_000_000, 200],
])("an upload in parts %s", async (_, more, status) => {
  const service = await echo();
  const hostile = { mode: "block" as const, skip: [], headers: [], body: true, headers_most: 100 };
  const comment = more === 0 ? "it's fine" : `' or '1'='1${" ".repeat(more)}`;
  const body = `--edge\r\nContent-Disposition: form-data; name="comment"\r\n\r\n${comment}\r\n--edge--\r\n`;
  const { answer } = await ask(
    routeTo(service.url, { checks: { hostile } }),
    post("/orders", body, 'multipart/form-data; boundary="edge"'),
  );
  expect(answer.status).toBe(status);
  if (more === 0) expect((JSON.parse(answer.body) as Echo).body).toBe(body);
});

describe("an API description", () => {
  const described = (url: string, more: object) =>
    routeTo(url, { path: "/v1/**", checks: { openapi: { ...api, ...more } } });

  test("keeps from the service what it forbids", async () => {
    const service = await echo();
    const { answer } = await ask(described(service.url, {}), post("/v1/orders", '{"item":7}'));
    expect(JSON.parse(answer.body)).toMatchObject({ code: "request_invalid", errors: [{ path: "body/item" }] });
    const unknown = await ask(described(service.url, {}), request("GET /v1/nothing"));
    expect(unknown.answer.status).toBe(404);
    const method = await ask(described(service.url, {}), request("DELETE /v1/orders"));
    expect([method.answer.status, method.answer.header("allow")]).toEqual([405, "GET, HEAD, POST"]);
    expect(service.calls()).toBe(0);
    expect((await ask(described(service.url, {}), request("GET /v1/orders/7"))).answer.status).toBe(200);
  });

  test("in report mode everything passes, and what breaks it is on record", async () => {
    const service = await echo();
    const { answer, record } = await ask(described(service.url, { requests: "report" }), request("GET /v1/orders/x"));
    expect(answer.status).toBe(200);
    expect(record.notes).toBe("openapi request: path/id must be integer");
  });

  const responses = {
    "200": { content: { "application/json": { schema: { type: "object", required: ["id"] } } } },
  };
  const operations = api.operations.filter(({ name }) => name === "mine").map((mine) => ({ ...mine, responses }));

  test.each<[string, string, Record<string, string>, number, string]>([
    [
      "its body",
      '{"a":1}',
      { "content-type": "application/json" },
      200,
      "openapi response: body must have required property 'id'",
    ],
    [
      "its type",
      "hello",
      { "content-type": "text/plain" },
      200,
      "openapi response: header/content-type is not described for this status",
    ],
    ["its status", "made", { "content-type": "text/plain" }, 201, "openapi response: status 201 is not described"],
  ])("an answer that breaks it by %s is noted, or stopped when enforced", async (_, body, headers, status, note) => {
    const service = await upstream((_incoming, response) => void response.writeHead(status, headers).end(body));
    const reported = await ask(
      described(service.url, { operations, responses: "report" }),
      request("GET /v1/orders/mine"),
    );
    expect(reported.answer.status).toBe(status);
    expect(reported.record).toMatchObject({ notes: note, outcome: "ok" });
    const enforced = await ask(
      described(service.url, { operations, responses: "enforce" }),
      request("GET /v1/orders/mine"),
    );
    expect(enforced.answer.status).toBe(502);
    expect(enforced.answer.body).not.toContain(body);
    expect(enforced.record).toMatchObject({
      outcome: "upstream_unexpected",
      error_origin: "upstream",
      refused_by: "openapi",
    });
  });

  test("an answer that fits passes when enforced, and is asked for without compression", async () => {
    const service = await upstream((incoming, response) => {
      const encoding = incoming.headers["accept-encoding"] ?? null;
      response.setHeader("content-type", "application/json").end(JSON.stringify({ id: 1, encoding }));
    });
    const route = described(service.url, { operations, responses: "enforce" });
    const { answer, record } = await ask(route, request("GET /v1/orders/mine", ["Accept-Encoding: gzip"]));
    expect(JSON.parse(answer.body)).toEqual({ id: 1, encoding: null });
    expect(record.notes).toBeUndefined();
  });
});

describe("transformations", () => {
  const NO_HEADERS = { set: {}, add: {}, remove: [] };
  const transformed = (url: string, transform: TransformSettings) => routeTo(url, { path: "/orders/:id", transform });

  test("of headers, query, path and body reach the service", async () => {
    const service = await echo();
    const route = transformed(`${service.url}/base`, {
      request: {
        headers: {
          set: { "x-id": "{param.id}", authorization: "Basic abc", "x-none": "{header.x-nothing}" },
          add: { "x-tag": "added" },
          remove: ["x-secret"],
        },
        query: { set: { who: "{header.x-name} & co" }, remove: ["debug"] },
        path: "/v2/items/{param.id}/{method}",
        body: '{ "item": $param.id, "total": $sum(lines.price), "by": $header("x-name") }',
        other_bodies: "pass",
      },
    });
    const body = '{"lines":[{"price":2},{"price":3.5}]}';
    const headers = [
      "X-Secret: 1",
      "X-Tag: own",
      "X-Name: Ann",
      "Authorization: Bearer mine",
      "Digest: x",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
    ];
    const { answer } = await ask(route, request("POST /orders/a%20b?debug=1&debug=2&keep=%2F", headers, body));
    const seen = JSON.parse(answer.body) as Echo;
    expect(seen.url).toBe("/base/v2/items/a%20b/POST?keep=%2F&who=Ann%20%26%20co");
    expect(seen.headers).toMatchObject({ "x-id": "a b", authorization: "Basic abc", "x-tag": "own, added" });
    for (const gone of ["x-secret", "x-none", "digest"]) expect(seen.headers[gone]).toBeUndefined();
    expect(JSON.parse(seen.body)).toEqual({ item: "a b", total: 5.5, by: "Ann" });
    expect(seen.headers["content-length"]).toBe(String(Buffer.byteLength(seen.body)));
  });

  test("a line break in a value never becomes a header", async () => {
    const service = await echo();
    const headers = { ...NO_HEADERS, set: { "x-name": "{query.name}" } };
    const route = transformed(service.url, {
      request: { headers, query: { set: {}, remove: [] }, other_bodies: "pass" },
    });
    const { answer } = await ask(route, request("GET /orders/1?name=a%0d%0aX-Admin:%201"));
    expect(answer.status).toBe(422);
    expect(service.calls()).toBe(0);
  });

  test("what a client writes is a value, and never read as a setting", async () => {
    const service = await echo();
    const route = transformed(service.url, {
      request: {
        headers: { set: { "x-id": "{header.x-name}" }, add: {}, remove: [] },
        query: { set: { who: "{query.who}" }, remove: [] },
        body: '{ "name": name }',
        other_bodies: "pass",
      },
    });
    const body = JSON.stringify({ name: '$eval("1+1") & {consumer}' });
    const headers = [
      "X-Name: {header.authorization}",
      "Authorization: Bearer secret",
      "Content-Type: application/json",
    ];
    const text = request("POST /orders/1?who=%7Bconsumer%7D", [...headers, `Content-Length: ${body.length}`], body);
    const seen = JSON.parse((await ask(route, text)).answer.body) as Echo;
    expect(seen.headers["x-id"]).toBe("{header.authorization}");
    expect(seen.url).toMatch(/who=%7Bconsumer%7D$/);
    expect(seen.body).toBe(body);
  });

  test("of status, headers and body reach the client", async () => {
    const service = await upstream((_, response) => {
      response.writeHead(404, { "content-type": "application/json", etag: '"a"', server: "secret/1.0" });
      response.end('{"items":[{"n":1},{"n":2}]}');
    });
    const route = transformed(service.url, {
      response: {
        headers: { set: { "x-order": "{param.id}" }, add: {}, remove: ["server"] },
        status: { "4xx": 410 },
        body: '{ "numbers": items.n, "status": $status }',
        other_bodies: "pass",
      },
    });
    const { answer, record } = await ask(route, request("GET /orders/7"));
    expect(answer.status).toBe(410);
    expect(JSON.parse(answer.body)).toEqual({ numbers: [1, 2], status: 410 });
    expect([answer.header("x-order"), answer.header("server"), answer.header("etag")]).toEqual([
      "7",
      undefined,
      undefined,
    ]);
    expect(record).toMatchObject({ status: 410, upstream_status: 404 });
  });

  test.each<["pass" | "refuse", number]>([
    ["pass", 200],
    ["refuse", 502],
  ])("answers that are not JSON %s", async (other_bodies, status) => {
    const service = await upstream((_, response) => void response.setHeader("content-type", "text/plain").end("plain"));
    const route = transformed(service.url, { response: { headers: NO_HEADERS, status: {}, body: "$", other_bodies } });
    expect((await ask(route, request("GET /orders/1"))).answer.status).toBe(status);
  });

  test("an expression that does not end is stopped, and the next call is served", async () => {
    const service = await upstream(
      (_, response) => void response.setHeader("content-type", "application/json").end("{}"),
    );
    const body = "($f := function($n) { $f($n + 1) }; $f(1))";
    const route = transformed(service.url, {
      response: { headers: NO_HEADERS, status: {}, body, other_bodies: "pass" },
    });
    const { answer, record } = await ask(route, request("GET /orders/1"));
    expect(answer.status).toBe(502);
    expect(record.outcome).toBe("upstream_unexpected");
  });
});
