// What comes over HTTP/2 and is not a request is refused before an upstream sees it.
import { afterEach, describe, expect, test } from "vitest";
import { ca, h2World } from "../../tests/gateway/h2-calls.ts";
import {
  DATA,
  END_HEADERS,
  END_STREAM,
  ERRORS,
  errorCodeOf,
  frame,
  GOAWAY,
  HEADERS,
  headerBlock,
  RST_STREAM,
  rawH2,
  requestFields,
  uint32,
  WINDOW_UPDATE,
} from "../../tests/gateway/h2-frames.ts";
import { closeAll, rawUpstream, upstream } from "../../tests/gateway/world.ts";

afterEach(closeAll);

describe("what is not a request is refused, and reaches no upstream", () => {
  async function refusalOf(flat: string[], flags = END_HEADERS | END_STREAM, more: Buffer[] = []) {
    const raw = await rawUpstream((socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    const { tls_port, records } = await h2World(raw.url);
    const client = await rawH2(tls_port, ca.certificate);
    client.send(frame(HEADERS, flags, 1, headerBlock(flat)), ...more);
    const answer = await client.expect(
      ({ type, stream }) => (stream === 1 && (type === RST_STREAM || type === HEADERS)) || type === GOAWAY,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { answer, asked: raw.connections(), records };
  }

  test("the same way of asking is answered when nothing is wrong", async () => {
    const { answer, asked } = await refusalOf(requestFields());
    expect(answer?.type).toBe(HEADERS);
    expect(asked).toBe(1);
  });

  test.each<[string, string[]]>([
    [":authority against host", [...requestFields(), "host", "other.test"]],
    ["two hosts", [...requestFields({ ":authority": undefined }), "host", "a.test", "host", "a.test"]],
    ["no host at all", requestFields({ ":authority": undefined })],
    ["a user in :authority", requestFields({ ":authority": "me@shop.example.com" })],
    ["connection", [...requestFields(), "connection", "close"]],
    ["keep-alive", [...requestFields(), "keep-alive", "timeout=5"]],
    ["proxy-connection", [...requestFields(), "proxy-connection", "close"]],
    ["upgrade", [...requestFields(), "upgrade", "websocket"]],
    ["transfer-encoding", [...requestFields(), "transfer-encoding", "chunked"]],
    ["te other than trailers", [...requestFields(), "te", "gzip"]],
    ["an upper-case name", [...requestFields(), "X-Own", "1"]],
    ["an unknown pseudo-header", [":own", "1", ...requestFields()]],
    ["a pseudo-header behind a header", ["x-own", "1", ...requestFields()]],
    [":path twice", [":path", "/orders/2", ...requestFields()]],
    ["no :path", requestFields({ ":path": undefined })],
    ["no :method", requestFields({ ":method": undefined })],
    ["no :scheme", requestFields({ ":scheme": undefined })],
    ["another scheme", requestFields({ ":scheme": "ftp" })],
    ["a path without a slash", requestFields({ ":path": "orders/1" })],
    ["an absolute address as path", requestFields({ ":path": "http://shop.example.com/orders/1" })],
    ["a path with a line end", requestFields({ ":path": "/orders/1 HTTP/1.1\r\nX: 1" })],
    ["a path with dots", requestFields({ ":path": "/orders/../admin" })],
    ["a method with a line end", requestFields({ ":method": "GET / HTTP/1.1\r\nX: 1\r\n\r\nGET" })],
    ["CONNECT", [":method", "CONNECT", ":authority", "shop.example.com:443"]],
    ["extended CONNECT", requestFields({ ":method": "CONNECT", ":protocol": "websocket" })],
    ["a length that is a sum", [...requestFields({ ":method": "POST" }), "content-length", "+5"]],
    ["two lengths", [...requestFields({ ":method": "POST" }), "content-length", "5", "content-length", "5"]],
    ["a length without a body", [...requestFields({ ":method": "POST" }), "content-length", "5"]],
  ])("%s", async (_, flat) => {
    const { answer, asked } = await refusalOf(flat);
    expect(asked).toBe(0);
    expect(answer).toBeDefined();
    if (answer?.type === HEADERS) expect(answer.flags & END_STREAM).toBe(0);
    else expect(errorCodeOf(answer as NonNullable<typeof answer>)).toBe(ERRORS.protocol);
  });

  // nghttp2 leaves these out and says nothing, so they cannot be refused; what counts is that nobody behind us sees them.
  test.each<[string, string, string]>([
    ["a value with CR LF", "x-own", "1\r\nx-smuggled: 1"],
    ["a value with LF", "x-own", "1\nx-smuggled: 1"],
    ["a value with NUL", "x-own", "1\0x-smuggled"],
    ["a name with a space", "x own", "x-smuggled"],
    ["a name with a line end", "x-own: 1\r\nx-smuggled", "1"],
    ["a framing header with a line end", "transfer-encoding", "chunked\r\nx-smuggled: 1"],
  ])("%s never reaches an upstream", async (_, name, value) => {
    let heard = "";
    const raw = await rawUpstream((socket, received) => {
      heard = received;
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    const { tls_port } = await h2World(raw.url);
    const client = await rawH2(tls_port, ca.certificate);
    client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, headerBlock([...requestFields(), name, value])));
    expect(await client.expect(({ type, stream }) => stream === 1 && type !== WINDOW_UPDATE)).toBeDefined();
    expect(heard).not.toMatch(/smuggled|x.own|transfer-encoding/i);
  });

  test.each<[string, string, number]>([
    ["shorter", "hell", END_STREAM],
    ["longer", "hello!", END_STREAM],
    ["longer, and not done", "hello!", 0],
  ])("a body %s than its length is never passed on as whole", async (_, body, flags) => {
    let ended = 0;
    const { url } = await upstream((request, response) => {
      request.on("error", () => undefined);
      request.on("end", () => {
        ended++;
        response.end();
      });
      request.resume();
    });
    const { tls_port, record } = await h2World(url);
    const client = await rawH2(tls_port, ca.certificate);
    const flat = [...requestFields({ ":method": "POST" }), "content-length", "5"];
    client.send(frame(HEADERS, END_HEADERS, 1, headerBlock(flat)));
    client.send(frame(DATA, flags, 1, Buffer.from(body)));
    // Too few bytes cost the stream, too many the connection.
    const answer = await client.expect(({ type }) => type === RST_STREAM || type === GOAWAY);
    expect(answer && errorCodeOf(answer)).toBeGreaterThan(0);
    expect((await record()).outcome).toMatch(/malformed_request|client_gone/);
    expect(ended).toBe(0);
  });

  test("a body that its client resets without an error is not whole either", async () => {
    let ended = 0;
    const { url } = await upstream((request) => {
      request.on("error", () => undefined);
      request.on("end", () => ended++).resume();
    });
    const { tls_port, record } = await h2World(url);
    const client = await rawH2(tls_port, ca.certificate);
    client.send(frame(HEADERS, END_HEADERS, 1, headerBlock(requestFields({ ":method": "POST" }))));
    client.send(frame(DATA, 0, 1, Buffer.from("half")));
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.send(frame(RST_STREAM, 0, 1, uint32(ERRORS.none)));
    expect(await record()).toMatchObject({ outcome: "client_gone" });
    expect(ended).toBe(0);
  });
});
