import { constants } from "node:http2";
import { afterEach, describe, expect, test } from "vitest";
import { begin, gateway, gatewayTo, message, messagesIn } from "../../tests/gateway/grpc-parts.ts";
import { answerOf, h2Upstream } from "../../tests/gateway/h2-parts.ts";
import { closeAll } from "../../tests/gateway/world.ts";

afterEach(closeAll);

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

  test.each([
    ["says nothing about the upstream", "100m", { state: "up", failures: 0 }],
    ["unless the route's is over before", "1H", { state: "open", failures: 3 }],
  ])("%s", async (_, asked, found) => {
    const { url } = await h2Upstream((stream) => void stream.resume());
    const targets = [{ url, protocol: "h2c" as const }];
    const breaker = { errors: 0.5, of_least: 3, window: 10_000, open_for: 5000, probes: 1 };
    const { call, gateway } = await gatewayTo(url, {
      releases: [{ name: "v1", weight: 1, targets, rules: { balance: "round-robin", breaker } }],
      timeouts: { connect_ms: 500, first_byte_ms: 5000, idle_ms: 5000, total_ms: 300 },
    });
    const statuses: unknown[] = [];
    for (let sent = 0; sent < 3; sent++) {
      const stream = call({ "grpc-timeout": asked });
      stream.end(message("x"));
      statuses.push((await answerOf(stream)).headers["grpc-status"]);
    }
    expect(statuses).toEqual(["4", "4", "4"]);
    expect(gateway.upstreams()[0]).toMatchObject({ calls: 3, ...found });
  });

  test("does not outlast the route's", async () => {
    const timeouts = { connect_ms: 500, first_byte_ms: 5000, idle_ms: 5000, total_ms: 200 };
    const { call } = await gateway((stream) => void stream.resume(), { timeouts });
    const stream = call({ "grpc-timeout": "1H" });
    stream.end(message("x"));
    expect((await answerOf(stream)).headers["grpc-status"]).toBe("4");
  });
});
