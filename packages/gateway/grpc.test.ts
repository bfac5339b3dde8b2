import { once } from "node:events";
import { constants, type IncomingHttpHeaders } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import type { PlanRoute } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { begin, gateway, gatewayTo, message, messagesIn } from "../../tests/gateway/grpc-parts.ts";
import { answerOf, h2Upstream } from "../../tests/gateway/h2-parts.ts";
import { closeAll, upstream } from "../../tests/gateway/world.ts";

afterEach(closeAll);

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
  const left_at = performance.now();
  stream.close(constants.NGHTTP2_CANCEL);
  expect(await cancelled.promise).toBe(constants.NGHTTP2_CANCEL);
  expect(performance.now() - left_at).toBeLessThan(250);
  expect((await record()).outcome).toBe("client_gone");
});
