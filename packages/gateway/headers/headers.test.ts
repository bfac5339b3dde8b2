import { describe, expect, test } from "vitest";
import { readRequestHeaders } from "./request-headers.ts";
import { requestIdOf } from "./request-id.ts";
import { readResponseHeaders } from "./response-headers.ts";
import { traceOf } from "./trace.ts";
import { allowedTrailers } from "./trailers.ts";

describe("request headers", () => {
  test.each<[string, string[], string[]]>([
    ["what is the client's passes", ["Accept", "text/html", "X-Own", "1"], ["Accept", "text/html", "X-Own", "1"]],
    ["repeated headers stay repeated", ["X-A", "1", "x-a", "2"], ["X-A", "1", "x-a", "2"]],
    ["hop by hop", ["Connection", "close", "Keep-Alive", "5", "TE", "trailers", "Trailer", "x", "Upgrade", "h2c"], []],
    ["proxy credentials", ["Proxy-Authorization", "Basic eA==", "Proxy-Connection", "keep-alive"], []],
    ["what Connection names", ["X-A", "1", "Connection", "close, x-a", "x-b", "2"], ["x-b", "2"]],
    ["named in two Connection lines", ["X-A", "1", "Connection", "X-A", "X-B", "2", "Connection", "x-b"], []],
    ["what only the gateway says", ["X-Forwarded-For", "1.1.1.1", "x-forwarded-port", "1", "Forwarded", "for=x"], []],
    ["its own name", ["X-Holdfast-Anything", "1", "X-Real-IP", "1.1.1.1", "traceparent", "x"], []],
    ["framing is written anew", ["Content-Length", "3", "Transfer-Encoding", "chunked", "Expect", "100-continue"], []],
  ])("%s", (_, raw, forward) => {
    expect(readRequestHeaders(raw).forward).toEqual(forward);
  });

  test("is noted: what the gateway acts on", () => {
    const read = readRequestHeaders(
      ["HOST", "a", "host", "b", "Content-Length", "12", "X-API-Key", "k", "AUTHORIZATION", "Bearer t"].concat([
        "Via",
        "1.0 a",
        "via",
        "1.1 b",
        "User-Agent",
        "me",
        "x-request-id",
        "r",
        "tracestate",
        "a=1",
      ]),
    );
    expect(read).toMatchObject({ host_count: 2, content_length: 12, api_key: "k", authorization: "Bearer t" });
    expect(read).toMatchObject({ via: "1.0 a, 1.1 b", user_agent: "me", request_id: "r", tracestate: "a=1" });
  });
});

test("trailers say nothing that only the gateway says, in whatever spelling", () => {
  const forged = [
    "x-consumer",
    "x-consumer-groups",
    "x-authenticated-scope",
    "x_consumer",
    "x_forwarded_for",
    "x-holdfast-ref",
  ];
  expect(allowedTrailers([...forged.flatMap((name) => [name, "forged"]), "x-sum", "7"])).toEqual(["x-sum", "7"]);
});

describe("response headers", () => {
  const read = (flat: string[], status = 200, limited = false) => readResponseHeaders(flat, status, limited);

  test.each<[string, string[], string[]]>([
    [
      "order and repetition stay",
      ["set-cookie", "a", "x", "1", "set-cookie", "b"],
      ["set-cookie", "a", "x", "1", "set-cookie", "b"],
    ],
    [
      "hop by hop",
      ["connection", "close", "keep-alive", "timeout=5", "transfer-encoding", "chunked", "trailer", "x"],
      [],
    ],
    ["what connection names", ["x-a", "1", "connection", "x-a", "x-b", "2"], ["x-b", "2"]],
    ["what the gateway says itself", ["x-holdfast-ref", "forged", "x-request-id", "1", "traceparent", "1"], []],
    [
      "pages of other origins may read the reference",
      ["access-control-allow-origin", "*"],
      ["access-control-allow-origin", "*", "access-control-expose-headers", "x-holdfast-ref, x-request-id"],
    ],
    [
      "beside what the upstream opens",
      ["access-control-expose-headers", "etag", "access-control-allow-origin", "https://a.example"],
      [
        "access-control-expose-headers",
        "etag, x-holdfast-ref, x-request-id",
        "access-control-allow-origin",
        "https://a.example",
      ],
    ],
  ])("%s", (_, flat, headers) => {
    expect(read(flat).headers).toEqual(headers);
  });

  test("limits of the upstream are told only where the gateway has none of its own", () => {
    expect(read(["ratelimit", "x"]).headers).toEqual(["ratelimit", "x"]);
    expect(read(["ratelimit", "x", "ratelimit-policy", "y"], 200, true).headers).toEqual([]);
  });

  test("204 has no length", () => {
    expect(read(["content-length", "0"], 204)).toMatchObject({ headers: [], length: undefined });
    expect(read(["content-length", "3"])).toMatchObject({ headers: ["content-length", "3"], length: 3 });
  });
});

describe("trace context", () => {
  const id = "0190a5c4-1111-7222-8333-444455556666";
  const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  test("a valid trace is continued with a span of our own", () => {
    expect(traceOf(id, parent)).toEqual({
      trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
      span_id: "8333444455556666",
      parent_span_id: "00f067aa0ba902b7",
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-8333444455556666-01",
      lines: `x-request-id: ${id}\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-8333444455556666-01\r\n`,
    });
    expect(traceOf(id, parent.replace(/01$/, "00")).traceparent).toMatch(/-00$/);
    expect(
      traceOf(id, parent.replace(/^00/, "cc").replace(/01$/, "09-what-the-future-will-be-like")).traceparent,
    ).toMatch(/^00-4bf9.*-01$/);
  });

  test.each([
    undefined,
    "",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
    `${parent}-more`,
    `${parent},${parent}`,
  ])("%j starts a new trace", (given) => {
    const traceparent = "00-0190a5c4111172228333444455556666-8333444455556666-01";
    expect(traceOf(id, given)).toEqual({
      trace_id: "0190a5c4111172228333444455556666",
      span_id: "8333444455556666",
      parent_span_id: null,
      traceparent,
      lines: `x-request-id: ${id}\r\ntraceparent: ${traceparent}\r\n`,
    });
  });

  test.each([undefined, parent])("the caller's own name for the request stands beside the trace of %j", (given) => {
    const { lines, traceparent } = traceOf(id, given, "their-7");
    expect(lines).toBe(`x-request-id: their-7\r\ntraceparent: ${traceparent}\r\n`);
  });
});

test("a request id is taken when it is sane", () => {
  expect(requestIdOf("order-17.a:b/c+d=e@f_g", "made")).toBe("order-17.a:b/c+d=e@f_g");
  for (const given of [undefined, "", "a b", "ä", '"', "a".repeat(129)])
    expect(requestIdOf(given, "made")).toBe("made");
});
