import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { verifyReference } from "@holdfast/base";
import { afterEach, describe, expect, test } from "vitest";
import {
  closeAll,
  REFERENCE_KEY,
  rawUpstream,
  request,
  routeTo,
  talk,
  upstream,
  world,
} from "../../tests/gateway/world.ts";

afterEach(closeAll);

/** Answers with what it was asked, as JSON. */
function echo() {
  return upstream(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method, url, rawHeaders } = incoming;
    response.end(JSON.stringify({ method, url, rawHeaders, body: Buffer.concat(chunks).toString() }));
  });
}

type Echo = { method: string; url: string; rawHeaders: string[]; body: string };

function headersOf({ rawHeaders }: Echo): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers[(rawHeaders[index] as string).toLowerCase()] = rawHeaders[index + 1] as string;
  return headers;
}

/** Chunked answers come with their framing; the JSON is in there. */
function echoOf(body: string): Echo {
  return JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1)) as Echo;
}

test("the upstream sees the client's request, and who the client is", async () => {
  const { url } = await echo();
  const { port, record } = await world({ routes: [routeTo(`${url}/base`)] });
  const sent = [
    "X-Own: 1",
    "X-Forwarded-For: 9.9.9.9",
    "Forwarded: for=9.9.9.9",
    "X-Request-Id: mine-1",
    "TE: trailers",
  ];
  const trace = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const answer = await talk(port, {
    pieces: [request("GET /orders/%41?q=%2F..%2F", [...sent, trace, "tracestate: a=1"])],
  });
  const seen = echoOf(answer.body);
  expect(seen).toMatchObject({ method: "GET", url: "/base/orders/A?q=%2F..%2F", body: "" });
  const { span_id, trace_id, ...kept } = await record();
  expect(headersOf(seen)).toEqual({
    host: url.slice(7),
    connection: "keep-alive",
    "x-own": "1",
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-proto": "http",
    "x-forwarded-host": "shop.example.com",
    "x-request-id": "mine-1",
    traceparent: `00-${trace_id}-${span_id}-01`,
    tracestate: "a=1",
    via: "1.1 holdfast",
  });
  expect(kept).toMatchObject({
    path: "/orders/A",
    query: "q=/../",
    request_id: "mine-1",
    parent_span_id: "00f067aa0ba902b7",
    outcome: "ok",
    error_origin: null,
  });
  expect(trace_id).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
});

test("every answer of a route carries a reference that leads to its record", async () => {
  const { url } = await upstream((_, response) => response.setHeader("access-control-allow-origin", "*").end("x"));
  const { port, record } = await world({ routes: [routeTo(url)] });
  const answer = await talk(port, { pieces: [request("GET /orders/1", ["x-holdfast-ref: forged"])] });
  expect(answer.header("access-control-expose-headers")).toContain("x-holdfast-ref");
  expect(answer.header("x-request-id")).toBeDefined();
  expect(verifyReference(REFERENCE_KEY, answer.header("x-holdfast-ref") ?? "")).toBe((await record()).id);
});

test("where there is one workspace, it also owns what matched nothing", async () => {
  const reference_keys = { acme: Buffer.from(REFERENCE_KEY).toString("base64url") };
  const { port, record } = await world({ reference_keys });
  const nowhere = await talk(port, { pieces: [request("GET /nowhere")] });
  expect(nowhere.status).toBe(404);
  const { id, workspace, outcome } = await record();
  expect({ workspace, outcome }).toEqual({ workspace: "acme", outcome: "route_unknown" });
  expect(verifyReference(REFERENCE_KEY, nowhere.header("x-holdfast-ref") ?? "")).toBe(id);
});

test("where there are several, an error has a reference once a route matched, and none before", async () => {
  const { port } = await world({ routes: [routeTo("http://127.0.0.1:1", { access: "api-key" })] });
  const refused = await talk(port, { pieces: [request("GET /orders/1")] });
  expect(refused.status).toBe(401);
  expect(refused.header("x-holdfast-ref")).toMatch(/^hf2\./);
  const nowhere = await talk(port, { pieces: [request("GET /nowhere")] });
  expect(nowhere.header("x-holdfast-ref")).toBeUndefined();
  expect(nowhere.header("x-request-id")).toBeDefined();
});

describe("a body is framed anew", () => {
  const chunked = (method: string) =>
    request(`${method} /orders/1`, ["Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\nx-trailer: 1\r\n\r\n");
  const sized = (method: string) => request(`${method} /orders/1`, ["Content-Length: 5"], "hello");

  test.each(["GET", "DELETE", "OPTIONS", "POST", "PUT", "PATCH"])("%s, chunked", async (method) => {
    const { url } = await echo();
    const { port, record } = await world({ routes: [routeTo(url)] });
    const seen = echoOf((await talk(port, { pieces: [chunked(method)] })).body);
    expect(seen).toMatchObject({ method, body: "hello" });
    expect(headersOf(seen)["transfer-encoding"]).toBe("chunked");
    expect(headersOf(seen)["x-trailer"]).toBeUndefined();
    expect((await record()).request_bytes).toBe(5);
  });

  test.each(["GET", "DELETE", "POST"])("%s, with a length", async (method) => {
    const { url } = await echo();
    const { port } = await world({ routes: [routeTo(url)] });
    const seen = echoOf((await talk(port, { pieces: [sized(method)] })).body);
    expect(seen).toMatchObject({ method, body: "hello" });
    expect(headersOf(seen)).toMatchObject({ "content-length": "5" });
  });

  test("HEAD with a chunked body is one request upstream", async () => {
    const requests: string[] = [];
    const raw = await rawUpstream((socket, received) => {
      if (!/\r\n0\r\n(x-trailer: 1\r\n)?\r\n$/.test(received)) return;
      requests.push(received);
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
    });
    const { port } = await world({ routes: [routeTo(raw.url)] });
    const answer = await talk(port, { pieces: [chunked("HEAD")] });
    expect(answer).toMatchObject({ status: 200, body: "" });
    expect(answer.header("content-length")).toBe("1234");
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatch(/^HEAD .*transfer-encoding: chunked\r\n.*5\r\nhello\r\n0\r\n(x-trailer: 1\r\n)?\r\n$/s);
  });
});

describe("answers", () => {
  test.each([
    ["HEAD", 200, { "content-length": "5" }, "5"],
    ["GET", 204, { "content-length": "5" }, undefined],
    ["GET", 304, { "content-length": "5", etag: '"a"' }, "5"],
  ])("%s %i has no body", async (method, status, headers, length) => {
    const { url } = await upstream((_, response) => response.writeHead(status, headers).end());
    const { port, record } = await world({ routes: [routeTo(url)] });
    const answer = await talk(port, { pieces: [request(`${method} /orders/1`)] });
    expect(answer).toMatchObject({ status, body: "", ended: "closed" });
    expect(answer.header("content-length")).toBe(length);
    expect(await record()).toMatchObject({ status, outcome: "ok", response_bytes: 0 });
  });

  test.each([
    [404, "client_error", "client"],
    [503, "upstream_error", "upstream"],
    [301, "ok", null],
  ])("%i of the upstream passes and counts as %s", async (status, outcome, error_origin) => {
    const { url } = await upstream((_, response) => response.writeHead(status, { location: "/x" }).end("body"));
    const { port, record } = await world({ routes: [routeTo(url)] });
    expect(await talk(port, { pieces: [request("GET /orders/1")] })).toMatchObject({ status });
    expect(await record()).toMatchObject({
      status,
      upstream_status: status,
      outcome,
      error_origin,
      upstream: url.slice(7),
    });
  });

  test("hop-by-hop headers stay between us and the upstream, also behind an interim answer", async () => {
    const raw = await rawUpstream((socket) => {
      socket.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
      socket.write(
        "HTTP/1.1 200 OK\r\nConnection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\nX-Own: \xe9\r\nContent-Length: 2\r\n\r\nok",
      );
    });
    const { port } = await world({ routes: [routeTo(raw.url)] });
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    const final = answer.raw.slice(answer.raw.indexOf("HTTP/1.1 200 OK\r\n"));
    expect(final).toMatch(/\r\nx-own: \xc3\xa9\r\n.*\r\n\r\nok$/s);
    expect(answer.raw).not.toMatch(/x-hop|timeout=9/i);
  });

  test("two requests on one connection are two calls", async () => {
    const { url } = await echo();
    const { port, records } = await world({ routes: [routeTo(url)] });
    const first = request("POST /orders/1", ["Content-Length: 2"], "ab").replace("Connection: close\r\n", "");
    const answer = await talk(port, { pieces: [first + request("GET /orders/2")] });
    expect(answer.raw.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(records.map(({ path }) => path)).toEqual(["/orders/1", "/orders/2"]);
  });
});

test("Expect: 100-continue is answered when the body is wanted, and not when it is refused", async () => {
  const { url } = await echo();
  const { port } = await world({ routes: [routeTo(url, { body_bytes_max: 10 })] });
  const expecting = (length: number) =>
    request("POST /orders/1", ["Expect: 100-continue", `Content-Length: ${length}`]);
  const taken = await talk(port, { pieces: [expecting(5), "hello"] });
  expect(taken.raw).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
  expect(echoOf(taken.raw).body).toBe("hello");
  const refused = await talk(port, { pieces: [expecting(11)] });
  expect(refused).toMatchObject({ status: 413, ended: "closed" });
});

test("a refused body that is already on its way does not cost the client the answer", async () => {
  const { port, record } = await world({ routes: [routeTo("http://127.0.0.1:1", { access: "api-key" })] });
  const body = "a".repeat(600_000);
  const answer = await talk(port, { pieces: [request("POST /orders/1", [`Content-Length: ${body.length}`]), body] });
  expect(answer.status).toBe(401);
  expect(await record()).toMatchObject({ outcome: "credentials_missing", status: 401 });
});

test("a chunked body that grows too large is refused in the middle", async () => {
  const { url } = await upstream((incoming) => incoming.on("error", () => undefined).resume());
  const { port, record } = await world({ routes: [routeTo(url, { body_bytes_max: 8 })] });
  const head = request("POST /orders/1", ["Transfer-Encoding: chunked"]);
  const answer = await talk(port, { pieces: [`${head}5\r\nhello\r\n`, "5\r\nworld\r\n", "0\r\n\r\n"] });
  expect(answer.status).toBe(413);
  expect(await record()).toMatchObject({ outcome: "body_too_large", error_origin: "client", upstream_status: null });
});

test("a megabyte each way arrives as it was sent", async () => {
  const { url } = await upstream((incoming, response) => void incoming.pipe(response));
  const { port, record } = await world({ routes: [routeTo(url)] });
  const body = Buffer.alloc(1_000_003, "abcdefg");
  const sent = httpRequest({ port, host: "127.0.0.1", path: "/orders/1", method: "POST" });
  for (let at = 0; at < body.length; at += 70_000) sent.write(body.subarray(at, at + 70_000));
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).equals(body)).toBe(true);
  expect(await record()).toMatchObject({ request_bytes: body.length, response_bytes: body.length, outcome: "ok" });
});

describe("back-pressure", () => {
  const MANY = 64;
  const piece = Buffer.alloc(256 * 1024, "x");

  test("a client that does not read stops the upstream", async () => {
    let written = 0;
    const { url } = await upstream(async (_, response) => {
      for (; written < MANY; written++)
        if (!response.write(piece)) await once(response, "drain").catch(() => undefined);
      response.end();
    });
    const { port } = await world({ routes: [routeTo(url)] });
    const client = httpRequest({ port, host: "127.0.0.1", path: "/orders/1" }).end();
    const [answer] = (await once(client, "response")) as [IncomingMessage];
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(written).toBeLessThan(MANY);
    let bytes = 0;
    for await (const chunk of answer) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(MANY * piece.length);
  });

  test("an upstream that does not read stops the client", async () => {
    const { url } = await upstream((incoming, response) => {
      setTimeout(() => incoming.on("end", () => response.end("done")).resume(), 400);
    });
    const { port } = await world({ routes: [routeTo(url)] });
    const client = httpRequest({ port, host: "127.0.0.1", path: "/orders/1", method: "PUT" });
    const answered = once(client, "response") as Promise<[IncomingMessage]>;
    let written = 0;
    const pump = () => {
      while (written < MANY) {
        written++;
        if (!client.write(piece)) return void client.once("drain", pump);
      }
      client.end();
    };
    pump();
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(written).toBeLessThan(MANY);
    const [answer] = await answered;
    expect(answer.statusCode).toBe(200);
    answer.resume();
  });
});
