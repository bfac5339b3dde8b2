// Calls over HTTP/2: bodies, back-pressure and how streams and connections end.
import { once } from "node:events";
import { constants } from "node:http2";
import { afterEach, describe, expect, test } from "vitest";
import { answerOf, ca, echo, HOST, h2World, session } from "../../tests/gateway/h2-calls.ts";
import {
  DATA,
  END_HEADERS,
  END_STREAM,
  frame,
  HEADERS,
  headerBlock,
  rawH2,
  requestFields,
} from "../../tests/gateway/h2-frames.ts";
import { closeAll, upstream } from "../../tests/gateway/world.ts";

afterEach(closeAll);

type Echo = { method: string; url: string; rawHeaders: string[]; body: string };

function headersOf({ rawHeaders }: Echo): Record<string, string> {
  const entries: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2)
    entries[rawHeaders[index] as string] = rawHeaders[index + 1] as string;
  return entries;
}

test("a request over HTTP/2 is a call like any other, on an HTTP/1.1 upstream", async () => {
  const { url } = await echo();
  const { tls_port, record } = await h2World(url);
  const client = await session(tls_port);
  const stream = client.request({
    ...HOST,
    ":path": "/orders/%41?q=1",
    "x-own": "\xe9",
    te: "trailers",
    cookie: ["a=1", "b=2"],
  });
  const answer = await answerOf(stream);
  expect(answer.status).toBe(200);
  expect(answer.headers["x-holdfast-ref"]).toMatch(/^hf2\./);
  expect(answer.headers.date).toBeDefined();
  const seen = JSON.parse(answer.body) as Echo;
  expect(seen).toMatchObject({ method: "GET", url: "/orders/A?q=1", body: "" });
  expect(headersOf(seen)).toMatchObject({
    "x-own": "\xe9",
    cookie: "a=1; b=2",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "shop.example.com",
    via: "1.1 holdfast",
  });
  expect(headersOf(seen).te).toBeUndefined();
  expect(await record()).toMatchObject({ protocol: "http/2", outcome: "ok", status: 200, path: "/orders/A" });
});

describe("bodies", () => {
  test.each([
    ["with a length", { "content-length": "5" }, { "content-length": "5" }],
    ["without one", {}, { "transfer-encoding": "chunked" }],
  ])("%s", async (_, headers, framing) => {
    const { url } = await echo();
    const { tls_port, record } = await h2World(url);
    const stream = (await session(tls_port)).request({ ...HOST, ":path": "/orders/1", ":method": "POST", ...headers });
    stream.end("hello");
    const seen = JSON.parse((await answerOf(stream)).body) as Echo;
    expect(seen.body).toBe("hello");
    expect(headersOf(seen)).toMatchObject(framing);
    expect(await record()).toMatchObject({ request_bytes: 5, outcome: "ok" });
  });

  test("an empty one that was not announced as such", async () => {
    const { url } = await echo();
    const { tls_port } = await h2World(url);
    const client = await rawH2(tls_port, ca.certificate);
    client.send(frame(HEADERS, END_HEADERS, 1, headerBlock(requestFields({ ":method": "POST" }))));
    client.send(frame(DATA, END_STREAM, 1));
    expect(await client.expect(({ type, stream }) => type === HEADERS && stream === 1)).toBeDefined();
  });

  test("a megabyte each way, fifty at once over one connection", async () => {
    const { url } = await upstream((incoming, response) => void incoming.pipe(response));
    const { tls_port, records } = await h2World(url);
    const client = await session(tls_port);
    const body = "abcdefg".repeat(20_000);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => {
        const stream = client.request({ ...HOST, ":path": "/orders/1", ":method": "PUT" });
        stream.end(body);
        return answerOf(stream);
      }),
    );
    expect(answers.every((answer) => answer.body === body)).toBe(true);
    expect(new Set(records.map(({ outcome }) => outcome))).toEqual(new Set(["ok"]));
  });

  test.each([
    ["HEAD", 200, { "content-length": "5" }],
    ["GET", 204, {}],
    ["GET", 304, { etag: '"a"' }],
  ])("%s %i has none", async (method, status, headers) => {
    const { url } = await upstream((_, response) => response.writeHead(status, headers).end());
    const { tls_port, record } = await h2World(url);
    const answer = await answerOf(
      (await session(tls_port)).request({ ...HOST, ":path": "/orders/1", ":method": method }),
    );
    expect(answer).toMatchObject({ status, body: "", headers });
    expect(await record()).toMatchObject({ status, outcome: "ok", response_bytes: 0 });
  });

  test("Expect: 100-continue is answered when the body is wanted", async () => {
    const { url } = await echo();
    const { tls_port } = await h2World(url);
    const stream = (await session(tls_port)).request(
      { ...HOST, ":path": "/orders/1", ":method": "POST", expect: "100-continue" },
      { endStream: false },
    );
    await once(stream, "continue");
    stream.end("late");
    expect((JSON.parse((await answerOf(stream)).body) as Echo).body).toBe("late");
  });

  test("one that is refused is not asked for any further, and the connection stays", async () => {
    const { url } = await echo();
    const { tls_port, records } = await h2World(url, { body_bytes_max: 10 });
    const client = await session(tls_port);
    const refused = client.request({ ...HOST, ":path": "/orders/1", ":method": "POST", "content-length": "5000000" });
    refused.on("error", () => undefined);
    refused.write(Buffer.alloc(100_000));
    const [headers] = (await once(refused, "response")) as [Record<string, number>];
    expect(headers[":status"]).toBe(413);
    refused.resume();
    await once(refused, "close");
    expect(refused.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    expect((await answerOf(client.request({ ...HOST, ":path": "/orders/1" }))).status).toBe(200);
    expect(records.map(({ outcome }) => outcome)).toEqual(["body_too_large", "ok"]);
  });
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
    const { tls_port } = await h2World(url);
    const stream = (await session(tls_port)).request({ ...HOST, ":path": "/orders/1" });
    await once(stream, "response");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(written).toBeLessThan(MANY);
    let bytes = 0;
    for await (const chunk of stream) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(MANY * piece.length);
  });

  test("an upstream that does not read stops the client", async () => {
    const { url } = await upstream((incoming, response) => {
      setTimeout(() => incoming.on("end", () => response.end("done")).resume(), 400);
    });
    const { tls_port } = await h2World(url);
    const stream = (await session(tls_port)).request({ ...HOST, ":path": "/orders/1", ":method": "PUT" });
    let taken = 0;
    for (let index = 0; index < MANY; index++) stream.write(piece, () => taken++);
    stream.end();
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(taken).toBeLessThan(MANY);
    expect((await answerOf(stream)).body).toBe("done");
  });
});

describe("ends", () => {
  test("a client that resets its stream cancels the upstream, and only that", async () => {
    const gone = Promise.withResolvers<void>();
    const { url } = await upstream((request, response) => {
      if (request.url === "/orders/2") return void response.end("fine");
      response.on("close", gone.resolve);
      response.write("begun");
    });
    const { tls_port, records } = await h2World(url);
    const client = await session(tls_port);
    const first = client.request({ ...HOST, ":path": "/orders/1" });
    await once(first, "data");
    first.close(constants.NGHTTP2_CANCEL);
    await gone.promise;
    expect((await answerOf(client.request({ ...HOST, ":path": "/orders/2" }))).body).toBe("fine");
    expect(records.map(({ outcome }) => outcome)).toEqual(["client_gone", "ok"]);
  });

  test("a cut answer is a reset stream, after what came of it", async () => {
    const { url } = await upstream((_, response) => {
      response.write("half");
      setTimeout(() => response.destroy(), 50);
    });
    const { tls_port, record } = await h2World(url);
    const stream = (await session(tls_port)).request({ ...HOST, ":path": "/orders/1" });
    let body = "";
    stream.on("data", (chunk) => {
      body += String(chunk);
    });
    await expect(once(stream, "end")).rejects.toThrow(/INTERNAL_ERROR/);
    expect(body).toBe("half");
    expect(await record()).toMatchObject({ outcome: "upstream_body_cut" });
  });

  test("drain lets running streams end, refuses new ones and then closes", async () => {
    const { url } = await upstream((_, response) => setTimeout(() => response.end("done"), 200));
    const { tls_port, gateway } = await h2World(url);
    const client = await session(tls_port);
    const running = answerOf(client.request({ ...HOST, ":path": "/orders/1" }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const warned = once(client, "goaway");
    const drained = gateway.drain(5_000);
    await warned;
    expect((await running).body).toBe("done");
    await drained;
    expect(client.destroyed || client.closed).toBe(true);
  });

  test("a request that comes over an idle connection just after the drain began is served, and the last", async () => {
    const { url } = await upstream((_, response) => setTimeout(() => response.end("done"), 50));
    const { tls_port, gateway } = await h2World(url);
    const client = await session(tls_port);
    const drained = gateway.drain(5_000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const warned = once(client, "goaway");
    expect((await answerOf(client.request({ ...HOST, ":path": "/orders/1" }))).body).toBe("done");
    await warned;
    await drained;
    expect(client.destroyed || client.closed).toBe(true);
  });

  test("an idle connection over which nothing comes ends in a moment", async () => {
    const { url } = await upstream((_, response) => void response.end());
    const { tls_port, gateway } = await h2World(url);
    const client = await session(tls_port);
    const began_ms = Date.now();
    await gateway.drain(10_000);
    expect(Date.now() - began_ms).toBeLessThan(4_000);
    expect(client.destroyed || client.closed).toBe(true);
  });

  test.each([
    { grace_ms: 30_000, requests: 0 },
    { grace_ms: 300, requests: 1 },
  ])("a client that never closes its side holds up no drain: $requests running", async ({ grace_ms, requests }) => {
    const { url } = await upstream((_, response) => void response.write("for ever"));
    const { tls_port, gateway } = await h2World(url);
    const client = await rawH2(tls_port, ca.certificate, { allowHalfOpen: true });
    if (requests > 0) {
      client.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, headerBlock(requestFields())));
      await client.expect(({ type }) => type === DATA);
    }
    const began_ms = Date.now();
    await gateway.drain(grace_ms);
    expect(Date.now() - began_ms).toBeLessThan(8_000);
  });

  test("what is still running after the grace is cut", async () => {
    const { url } = await upstream((_, response) => void response.write("for ever"));
    const { tls_port, gateway, record } = await h2World(url);
    const stream = (await session(tls_port)).request({ ...HOST, ":path": "/orders/1" });
    stream.on("error", () => undefined);
    await once(stream, "data");
    const closed = once(stream, "close");
    await gateway.drain(100);
    await closed;
    expect(await record()).toMatchObject({ outcome: "shutting_down" });
  });
});
