// An upstream that leads back to the gateway: the circle is noticed by its hops in Via, on every way that a request may leave.
import { setTimeout as sleep } from "node:timers/promises";
import type { PlanRoute, PlanStep } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { chat, dead } from "../../tests/gateway/model-providers.ts";
import { closeAll, modelAt, planOf, request, routeTo, talk, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const HOPS_MAX = 5;
const own = (hops: number) => Array.from({ length: hops }, () => "1.1 holdfast").join(", ");

/** A gateway whose plan knows its own address. */
async function circle(planned: (url: string) => Parameters<typeof planOf>[0]) {
  const made = await world({});
  await made.gateway.swap(planOf({ number: 8, ...planned(`http://127.0.0.1:${made.port}`) }));
  return made;
}

describe("in a circle", () => {
  const step = (url: string): PlanStep => ({
    ...{ name: "again", service: "again", method: "GET", path: "/orders/1", query: {}, headers: {} },
    ...{ after: [], required: true, default: null, timeout_ms: 2000, connect_ms: 500 },
    releases: [{ name: "v1", weight: 1, targets: [{ url }] }],
  });
  const composed = (url: string): PlanRoute =>
    routeTo("", {
      releases: [{ name: "composed", weight: 1, targets: [] }],
      compose: { steps: [step(url)], result: "again", bytes_max: 1000 },
    });

  test.each<[string, (url: string) => PlanRoute, number]>([
    ["a route", (url) => routeTo(url), 508],
    ["a composition", composed, 502],
  ])("%s is asked no more than once for each hop", async (_, route, status) => {
    const { port, records } = await circle((url) => ({ routes: [route(url)] }));
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(answer.status).toBe(status);
    await expect.poll(() => records.length).toBe(HOPS_MAX + 2);
    expect(records.filter(({ outcome }) => outcome === "loop_detected")).toMatchObject([
      { status: 508, subject: "routes.orders", error_origin: "client", release: null },
    ]);
  });

  test("a model", async () => {
    const { port, records } = await circle((url) => ({
      models: [modelAt([{ ...dead, url: `${url}/v1`, model: "assistant" }])],
    }));
    await talk(port, { pieces: [chat({}, [])] });
    await expect.poll(() => records.length).toBe(HOPS_MAX + 2);
    expect(records.map(({ outcome }) => outcome)).toContain("loop_detected");
  });

  test("a shadow", async () => {
    const { url } = await upstream((_, response) => response.end("ok"));
    const { port, records } = await circle((own_url) => ({
      routes: [
        routeTo(url, {
          releases: [
            { name: "v1", weight: 1, targets: [{ url }] },
            { name: "next", weight: 0, targets: [{ url: own_url }] },
          ],
          shadow: { to: "next", share: 1, methods: ["GET"], body_most: 1000, at_once: 10, timeout: 2000 },
        }),
      ],
    }));
    await talk(port, { pieces: [request("GET /orders/1")] });
    await expect.poll(() => records.some(({ outcome }) => outcome === "loop_detected")).toBe(true);
    // Copies of copies may still be on their way; then it is over.
    const goesOn = async () => {
      const seen = records.length;
      await sleep(100);
      return records.length > seen;
    };
    await expect.poll(goesOn).toBe(false);
  });
});

describe("a chain of gateways", () => {
  const websocket = ["Upgrade: websocket", "Connection: upgrade", "Sec-WebSocket-Version: 13"];
  const key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

  test.each<[string, string[], number]>([
    ["of five is served", [`Via: ${own(HOPS_MAX)}`], 200],
    ["of six is not", [`Via: ${own(HOPS_MAX + 1)}`], 508],
    ["of six in several lines is not", [`Via: ${own(3)}`, `via: 2 HoldFast (of the shop), ${own(2)}`], 508],
    ["of six is not for a WebSocket either", [...websocket, key, `Via: ${own(HOPS_MAX + 1)}`], 508],
    [
      "of others may be longer",
      [`Via: ${own(5)}, ${"1.1 varnish, 1.0 holdfast.example.com, ".repeat(9)}1.1 nginx`],
      200,
    ],
  ])("%s", async (_, headers, status) => {
    const { url } = await upstream((_, response) => response.end("ok"));
    const { port } = await world({ routes: [routeTo(url, { websocket: { idle: 1000, message_most: 1000 } })] });
    expect((await talk(port, { pieces: [request("GET /orders/1", headers)] })).status).toBe(status);
  });
});
