import { once } from "node:events";
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import type { PlanRoute } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { authority } from "../../tests/gateway/certificates.ts";
import { answerOf, h2Client, h2Upstream, shopCertificate, TLS } from "../../tests/gateway/h2-parts.ts";
import { closeAll, routeTo, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const ca = authority("Test authority");
const CERTIFICATE = shopCertificate(ca);

/** One message as gRPC frames it: a flag, a length, the bytes. */
function message(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

function messagesIn(body: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at + 5 <= body.length; ) {
    const length = body.readUInt32BE(at + 1);
    found.push(body.toString("utf8", at + 5, at + 5 + length));
    at += 5 + length;
  }
  return found;
}

type Service = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** Begins an answer that ends with this status. */
function begin(stream: ServerHttp2Stream, status = 0, text?: string): void {
  stream.respond({ ":status": 200, "content-type": "application/grpc+proto" }, { waitForTrailers: true });
  const status_message = text === undefined ? {} : { "grpc-message": text };
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(status), ...status_message }));
}

async function gateway(service: Service, more: Partial<PlanRoute> = {}) {
  const { url } = await h2Upstream(service);
  return gatewayTo(url, more);
}

async function gatewayTo(url: string, more: Partial<PlanRoute> = {}) {
  const targets = [{ url, protocol: "h2c" as const }];
  const route = routeTo("", { path: "/**", releases: [{ name: "v1", weight: 1, targets }], ...more });
  const made = await world({ routes: [route], certificates: [CERTIFICATE], tls: TLS });
  const client = await h2Client(made.gateway.tls_port as number, ca.certificate);
  const call = (headers: Record<string, string> = {}): ClientHttp2Stream => {
    const stream = client.request({
      ":method": "POST",
      ":path": "/shop.Orders/Get",
      ":authority": "shop.example.com",
      "content-type": "application/grpc+proto",
      te: "trailers",
      ...headers,
    });
    stream.on("error", () => undefined);
    return stream;
  };
  return { ...made, call };
}

describe("the four kinds of call", () => {
  test("unary: the status comes in the trailers, and the service is told that trailers are read", async () => {
    let seen: IncomingHttpHeaders = {};
    const { call, record } = await gateway((stream, headers) => {
      seen = headers;
      stream.on("data", (chunk: Buffer) => {
        begin(stream);
        stream.end(message(`${messagesIn(chunk)[0]} to you`));
      });
    });
    const stream = call({ "grpc-timeout": "5S", "x-own": "1" });
    stream.end(message("hello"));
    const answer = await answerOf(stream);
    expect(answer.status).toBe(200);
    expect(messagesIn(answer.body)).toEqual(["hello to you"]);
    expect(answer.trailers?.["grpc-status"]).toBe("0");
    expect(seen).toMatchObject({ te: "trailers", "grpc-timeout": "5S", "x-own": "1", ":path": "/shop.Orders/Get" });
    expect(await record()).toMatchObject({ outcome: "ok", protocol: "http/2" });
  });

  test("server streaming: each message arrives when it was sent", async () => {
    const next = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { call } = await gateway(async (stream) => {
      stream.resume();
      begin(stream);
      for (const [index, go] of next.entries()) {
        stream.write(message(`part ${index}`));
        await go.promise;
      }
      stream.end();
    });
    const stream = call();
    stream.end(message("go"));
    for (const [index, go] of next.entries()) {
      const [chunk] = (await once(stream, "data")) as [Buffer];
      expect(messagesIn(chunk)).toEqual([`part ${index}`]);
      go.resolve();
    }
    const [trailers] = (await once(stream, "trailers")) as [IncomingHttpHeaders];
    expect(trailers["grpc-status"]).toBe("0");
  });

  test("client streaming: the answer comes after the last message", async () => {
    const { call } = await gateway(async (stream) => {
      const pieces: Buffer[] = [];
      for await (const chunk of stream) pieces.push(chunk as Buffer);
      begin(stream);
      stream.end(message(messagesIn(Buffer.concat(pieces)).join("+")));
    });
    const stream = call();
    for (const text of ["a", "b", "c"]) {
      stream.write(message(text));
      await sleep(10);
    }
    stream.end();
    expect(messagesIn((await answerOf(stream)).body)).toEqual(["a+b+c"]);
  });

  test("both ways: question and answer take turns on one stream", async () => {
    const { call } = await gateway((stream) => {
      begin(stream);
      stream.on("data", (chunk: Buffer) => {
        for (const text of messagesIn(chunk)) stream.write(message(`${text}!`));
      });
      stream.on("end", () => stream.end());
    });
    const stream = call();
    for (const text of ["one", "two", "three"]) {
      stream.write(message(text));
      const [chunk] = (await once(stream, "data")) as [Buffer];
      expect(messagesIn(chunk)).toEqual([`${text}!`]);
    }
    stream.end();
    const [trailers] = (await once(stream, "trailers")) as [IncomingHttpHeaders];
    expect(trailers["grpc-status"]).toBe("0");
  });
});

describe("a status of the service is passed on and counts", () => {
  test.each([
    [5, "no such order", "client_error"],
    [8, "quota", "client_error"],
    [13, "a bug", "upstream_error"],
    [14, "away", "upstream_error"],
  ])("%i in trailers: %s is %s", async (status, text, outcome) => {
    const { call, record } = await gateway((stream) => {
      stream.resume();
      begin(stream, status, text);
      stream.end();
    });
    const stream = call();
    stream.end(message("x"));
    const { trailers } = await answerOf(stream);
    expect(trailers).toMatchObject({ "grpc-status": String(status), "grpc-message": text });
    expect(await record()).toMatchObject({ outcome, status: 200, reason: `grpc-status ${status}: ${text}` });
  });

  test("trailers only: the status stands in the head", async () => {
    const { call, record } = await gateway((stream) => {
      stream.resume();
      const head = { ":status": 200, "content-type": "application/grpc", "grpc-status": "12" };
      stream.respond(head, { endStream: true });
    });
    const stream = call();
    stream.end(message("x"));
    const { headers, body } = await answerOf(stream);
    expect([headers["grpc-status"], body.length]).toEqual(["12", 0]);
    expect((await record()).outcome).toBe("client_error");
  });

  test("an answer that ends without one was cut, and the caller hears so", async () => {
    const { call, record } = await gateway((stream) => {
      stream.resume();
      stream.respond({ ":status": 200, "content-type": "application/grpc" });
      stream.end(message("half"));
    });
    const stream = call();
    stream.end(message("x"));
    const { body, trailers } = await answerOf(stream);
    expect(messagesIn(body)).toEqual(["half"]);
    expect(trailers?.["grpc-status"]).toBe("14");
    expect((await record()).outcome).toBe("upstream_body_cut");
  });
});

describe("errors of the gateway are in the form that gRPC clients read: 200, and the status in the head", () => {
  async function refused(more: Partial<PlanRoute>, url?: string, headers = {}) {
    const made = await gatewayTo(url ?? "http://127.0.0.1:1", more);
    const stream = made.call(headers);
    stream.end(message("x".repeat(100)));
    const answer = await answerOf(stream);
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/grpc");
    expect(answer.body).toHaveLength(0);
    return { status: answer.headers["grpc-status"], text: answer.headers["grpc-message"], record: await made.record() };
  }

  test.each<[string, Partial<PlanRoute>, string, string]>([
    ["no key", { access: "api-key" }, "16", "credentials_missing"],
    ["nobody there", {}, "14", "upstream_unreachable"],
    ["no such route", { path: "/other/**" }, "12", "route_unknown"],
    ["too large", { body_bytes_max: 10 }, "8", "body_too_large"],
  ])("%s", async (_, more, status, outcome) => {
    const waiting = outcome === "body_too_large" ? (await h2Upstream((stream) => void stream.resume())).url : undefined;
    const answer = await refused(more, waiting);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/\w+/);
    expect(answer.record.outcome).toBe(outcome);
  });

  test("an upstream that speaks HTTP/1.1 only", async () => {
    const { url } = await upstream((_, response) => response.end());
    expect((await refused({}, url)).status).toBe("14");
  });

  test("the same refusals are problem documents for whoever does not speak gRPC", async () => {
    const { call } = await gatewayTo("http://127.0.0.1:1");
    const stream = call({ "content-type": "application/json" });
    stream.end("{}");
    const { status, headers } = await answerOf(stream);
    expect([status, headers["content-type"]]).toEqual([502, "application/problem+json"]);
  });
});

describe("the caller's deadline", () => {
  test("before an answer", async () => {
    const cancelled = Promise.withResolvers<number>();
    const { call, record } = await gateway((stream) => {
      stream.resume();
      stream.on("close", () => cancelled.resolve(stream.rstCode));
    });
    const began = Date.now();
    const stream = call({ "grpc-timeout": "200m" });
    stream.end(message("x"));
    const { headers } = await answerOf(stream);
    expect(headers["grpc-status"]).toBe("4");
    expect(Date.now() - began).toBeLessThan(1500);
    expect(await cancelled.promise).toBe(constants.NGHTTP2_CANCEL);
    expect((await record()).outcome).toBe("upstream_timeout");
  });

  test("in the middle of a stream: what came is kept, and the trailers say why there is no more", async () => {
    const { call, record } = await gateway((stream) => {
      stream.resume();
      begin(stream);
      stream.write(message("first"));
    });
    const stream = call({ "grpc-timeout": "300m" });
    stream.end(message("x"));
    const { body, trailers } = await answerOf(stream);
    expect(messagesIn(body)).toEqual(["first"]);
    expect(trailers?.["grpc-status"]).toBe("4");
    expect((await record()).outcome).toBe("upstream_timeout");
  });

  test("does not outlast the route's", async () => {
    const timeouts = { connect_ms: 500, first_byte_ms: 5000, idle_ms: 5000, total_ms: 200 };
    const { call } = await gateway((stream) => void stream.resume(), { timeouts });
    const stream = call({ "grpc-timeout": "1H" });
    stream.end(message("x"));
    expect((await answerOf(stream)).headers["grpc-status"]).toBe("4");
  });
});

test("a caller that cancels cancels the service's work", async () => {
  const cancelled = Promise.withResolvers<number>();
  const { call, record } = await gateway((stream) => {
    stream.resume();
    stream.on("close", () => cancelled.resolve(stream.rstCode));
    begin(stream);
    stream.write(message("first"));
  });
  const stream = call();
  stream.write(message("x"));
  await once(stream, "data");
  stream.close(constants.NGHTTP2_CANCEL);
  expect(await cancelled.promise).toBe(constants.NGHTTP2_CANCEL);
  expect((await record()).outcome).toBe("client_gone");
});
