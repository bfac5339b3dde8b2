import type { CallRecord } from "@holdfast/contract";
import { afterEach, expect, test } from "vitest";
import { closeAll, request, routeTo, type Talk, talk, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

type BadInput = { name: string; pieces: Talk["pieces"]; status: number; code: string; record?: Partial<CallRecord> };

const host = "Host: shop.example.com";
const close = "Connection: close";
const bytes = (...lines: string[]) => `${lines.join("\r\n")}\r\n\r\n`;
const unread: Partial<CallRecord> = { workspace: "", method: "", path: "", subject: null, upstream: null };
const malformed = { status: 400, code: "malformed_request" };

const inputs: BadInput[] = [
  { name: "no HTTP at all", pieces: ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"], ...malformed, record: unread },
  {
    name: "Content-Length and Transfer-Encoding",
    pieces: [
      `${bytes("POST /orders/1 HTTP/1.1", host, close, "Content-Length: 3", "Transfer-Encoding: chunked")}0\r\n\r\n`,
    ],
    ...malformed,
  },
  {
    name: "Transfer-Encoding and Content-Length",
    pieces: [
      `${bytes("POST /orders/1 HTTP/1.1", host, close, "Transfer-Encoding: chunked", "Content-Length: 3")}0\r\n\r\n`,
    ],
    ...malformed,
  },
  {
    name: "two different lengths",
    pieces: [`${bytes("POST /orders/1 HTTP/1.1", host, close, "Content-Length: 3", "Content-Length: 4")}abcd`],
    ...malformed,
  },
  {
    name: "a length of 2^64",
    pieces: [bytes("POST /orders/1 HTTP/1.1", host, close, "Content-Length: 18446744073709551616")],
    ...malformed,
  },
  {
    name: "a length with a sign",
    pieces: [`${bytes("POST /orders/1 HTTP/1.1", host, close, "Content-Length: +3")}abc`],
    ...malformed,
  },
  {
    name: "an encoding that is not chunked",
    pieces: [`${bytes("POST /orders/1 HTTP/1.1", host, close, "Transfer-Encoding: gzip, chunked")}0\r\n\r\n`],
    ...malformed,
  },
  {
    name: "an encoding in HTTP/1.0",
    pieces: [`${bytes("POST /orders/1 HTTP/1.0", host, "Transfer-Encoding: chunked")}0\r\n\r\n`],
    ...malformed,
  },
  { name: "two hosts", pieces: [bytes("GET /orders/1 HTTP/1.1", host, host, close)], ...malformed },
  { name: "no host", pieces: [bytes("GET /orders/1 HTTP/1.1", close)], ...malformed },
  { name: "a host that is none", pieces: [bytes("GET /orders/1 HTTP/1.1", "Host: a/b", close)], ...malformed },
  {
    name: "a target for another host",
    pieces: [bytes("GET http://other.example/orders/1 HTTP/1.1", host, close)],
    ...malformed,
  },
  { name: "a NUL in a header", pieces: [bytes("GET /orders/1 HTTP/1.1", host, close, "x-a: a\0b")], ...malformed },
  { name: "a folded header", pieces: [bytes("GET /orders/1 HTTP/1.1", host, close, "x-a: a", " b")], ...malformed },
  { name: "a space before the colon", pieces: [bytes("GET /orders/1 HTTP/1.1", host, close, "x-a : a")], ...malformed },
  { name: "a path that goes up", pieces: [request("GET /orders/../admin")], ...malformed },
  { name: "a path that goes up, encoded", pieces: [request("GET /orders/%2e%2e/admin")], ...malformed },
  {
    name: "an encoded slash",
    pieces: [request("GET /orders/a%2fb")],
    ...malformed,
    record: { path: "/orders/a%2Fb", subject: null, reason: "The path contains an encoded slash." },
  },
  { name: "an encoded slash where no route is", pieces: [request("GET /orders%2fadmin")], ...malformed },
  {
    name: "an encoded slash, and a method that the route has not",
    pieces: [request("DELETE /orders/a%2Fb")],
    ...malformed,
  },
  { name: "an encoded slash that hides a way up", pieces: [request("GET /orders/..%2Fadmin")], ...malformed },
  { name: "a backslash", pieces: [request("GET /orders\\admin")], ...malformed },
  { name: "an encoded NUL", pieces: [request("GET /orders/%00")], ...malformed },
  { name: "an empty segment", pieces: [request("GET /orders//1")], ...malformed },
  { name: "an unknown expectation", pieces: [request("GET /orders/1", ["Expect: 200-maybe"])], ...malformed },
  {
    name: "a head that is too large",
    pieces: [request("GET /orders/1", [`x-a: ${"a".repeat(40_000)}`])],
    status: 431,
    code: "header_too_large",
    record: unread,
  },
  {
    name: "a web socket",
    pieces: [bytes("GET /orders/1 HTTP/1.1", host, "Connection: upgrade, close", "Upgrade: websocket")],
    status: 501,
    code: "upgrade_not_supported",
  },
  {
    name: "CONNECT",
    pieces: [bytes("CONNECT other.example:443 HTTP/1.1", "Host: other.example:443")],
    status: 501,
    code: "upgrade_not_supported",
    record: unread,
  },
  {
    name: "a path that no route has",
    pieces: [request("GET /other")],
    status: 404,
    code: "route_unknown",
    record: { path: "/other" },
  },
  {
    name: "a method that the route has not",
    pieces: [request("DELETE /orders/1")],
    status: 405,
    code: "method_not_allowed",
    record: { path: "/orders/1", workspace: "" },
  },
  {
    name: "a broken chunk right behind the head",
    pieces: [`${bytes("POST /orders/1 HTTP/1.1", host, "Transfer-Encoding: chunked")}zz\r\n`],
    ...malformed,
    record: { path: "/orders/1", subject: "routes.orders" },
  },
  {
    name: "a broken chunk in the body",
    pieces: [`${bytes("POST /orders/1 HTTP/1.1", host, close, "Transfer-Encoding: chunked")}3\r\nabc\r\n`, "zz\r\n"],
    ...malformed,
    record: { path: "/orders/1", subject: "routes.orders" },
  },
];

test.each(inputs)("$name", async ({ pieces, status, code, record }) => {
  let served = 0;
  const { url } = await upstream((incoming, response) => {
    incoming.on("error", () => undefined);
    incoming.on("end", () => {
      served++;
      response.end("served");
    });
    incoming.resume();
  });
  const { port, record: recordOf } = await world({ routes: [routeTo(url, { methods: ["GET", "POST"] })] });
  const answer = await talk(port, { pieces });
  expect(answer.status).toBe(status);
  expect(answer.ended).toBe("closed");
  expect(answer.header("content-type")).toBe("application/problem+json");
  const problem = JSON.parse(answer.body) as Record<string, unknown>;
  expect(problem).toMatchObject({ code, status, request_id: answer.header("x-request-id") });
  expect(problem.detail).toMatch(/\.$/);
  expect(await recordOf()).toMatchObject({
    version: 1,
    status,
    outcome: code,
    error_origin: "client",
    client_address: "127.0.0.0",
    request_id: answer.header("x-request-id"),
    upstream_status: null,
    ...record,
  });
  expect(served).toBe(0);
});

test("a 405 says what is allowed", async () => {
  const { port } = await world({ routes: [routeTo("http://127.0.0.1:1", { methods: ["GET", "POST"] })] });
  expect((await talk(port, { pieces: [request("DELETE /orders/1")] })).header("allow")).toBe("GET, HEAD, POST");
});

test("TRACE reaches no upstream: its answer would show the caller what the gateway said there", async () => {
  let served = 0;
  const service = await upstream((_request, response) => {
    served++;
    response.end();
  });
  const { port, records } = await world({ routes: [routeTo(service.url)] });
  const answer = await talk(port, { pieces: [request("TRACE /orders/1")] });
  expect([answer.status, answer.header("allow")]).toEqual([405, "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"]);
  await expect.poll(() => records.map(({ outcome }) => outcome)).toEqual(["method_not_allowed"]);
  expect(served).toBe(0);
});

test("a connection on which nothing was said leaves nothing", async () => {
  const { port, records } = await world({});
  await talk(port, { pieces: [], wait_ms: 50 });
  await talk(port, { pieces: ["GET /half"], wait_ms: 50 });
  expect(records).toEqual([]);
});

test("nonsense behind a request does not disturb its answer", async () => {
  const { url } = await upstream((_, response) => void setTimeout(() => response.end("whole answer"), 100));
  const { port, records } = await world({ routes: [routeTo(url)] });
  const first = bytes("GET /orders/1 HTTP/1.1", host);
  const answer = await talk(port, { pieces: [`${first}NONSENSE\r\n\r\n`] });
  expect(answer).toMatchObject({ status: 200, ended: "closed" });
  expect(answer.body).toBe("whole answer");
  expect(records.map(({ outcome }) => outcome)).toEqual(["malformed_request", "ok"]);
});

test("an offer of HTTP/2 is ignored", async () => {
  const { url } = await upstream((incoming, response) => response.end(incoming.rawHeaders.join(" ").toLowerCase()));
  const { port } = await world({ routes: [routeTo(url)] });
  const h2c = ["Connection: Upgrade, HTTP2-Settings, close", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"];
  const answer = await talk(port, { pieces: [bytes("GET /orders/1 HTTP/1.1", host, ...h2c)] });
  expect(answer.status).toBe(200);
  expect(answer.body).not.toMatch(/upgrade|http2/);
});
