// What passes piece by piece: each piece at once, nobody else waiting for it, and an end that is none told as such.
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { simulatedClock, systemClock } from "@holdfast/base";
import { CacheSettings, type PlanRoute, type RetrySettings, type UpstreamRules } from "@holdfast/contract";
import { afterEach, describe, expect, test, vi } from "vitest";
import { hear, promised } from "../../tests/gateway/hearing.ts";
import { routeOver } from "../../tests/gateway/upstream-servers.ts";
import { closeAll, rawUpstream, request, routeTo, talk, upstream, world } from "../../tests/gateway/world.ts";
import { Capture } from "./record/capture.ts";

afterEach(closeAll);
afterEach(() => vi.restoreAllMocks());

const TICKS = 20;

const limits = [{ name: "ours", by: "route" as const, rate: { count: 9, window_ms: 60_000 }, burst: 9 }];
const NO_HEADERS = { set: {}, add: {}, remove: [] };
const response = { headers: NO_HEADERS, status: {}, body: "$", other_bodies: "pass" as const };
const retries: RetrySettings = {
  attempts: 2,
  budget: 1,
  always: 100,
  on: ["reset"],
  back_off: 5,
  keep_body: 1024,
};

/** Whatever looks at an answer, or might keep it. */
const watching: [string, Record<string, string>, Partial<PlanRoute>][] = [
  ["of events", {}, {}],
  ["of bytes", { "content-type": "application/octet-stream" }, {}],
  ["that is kept meanwhile", { "cache-control": "max-age=60" }, { cache: CacheSettings.parse({}) }],
  ["that is captured", {}, { capture: { headers: true, payload_share: 1 } }],
  ["beside limits", {}, { limits }],
  ["on a route that changes JSON", {}, { transform: { response } }],
  ["compressed", { "content-encoding": "gzip" }, { cache: CacheSettings.parse({}), transform: { response } }],
];

describe("a piece passes when it comes, and no timer runs before it does", () => {
  test.each(watching)("of an answer %s", async (_, headers, more) => {
    const begun = promised<ServerResponse>();
    const { url } = await upstream((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream", ...headers }).flushHeaders();
      begun.tell(response);
    });
    // A clock that stands still: who waits for a timer waits for ever.
    const { port } = await world({ routes: [routeTo(url, more)] }, simulatedClock());
    const { until } = hear(port, request("GET /orders/1"));
    const response = await begun.told;
    for (let tick = 0; tick < TICKS; tick++) {
      response.write(`data: tick ${tick}\n\n`);
      await until(`data: tick ${tick}\n\n`);
    }
  });

  test.each<[string, Partial<UpstreamRules>]>([
    ["", {}],
    [", though it is kept for another try", { retries }],
  ])("of a body%s", async (_, rules) => {
    const { url } = await upstream((incoming, response) => void incoming.pipe(response));
    const { port } = await world({ routes: [routeOver([{ url }], rules)] }, simulatedClock());
    const { socket, until } = hear(port, request("PUT /orders/1", ["Transfer-Encoding: chunked"]));
    for (let tick = 10; tick < 10 + TICKS; tick++) {
      socket.write(`7\r\ntick ${tick}\r\n`);
      await until(`tick ${tick}`);
    }
  });
});

describe("an answer whose end is the end of its connection", () => {
  const begins = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n12345";

  test("is whole when the upstream ends it in order", async () => {
    const { url } = await rawUpstream((socket) => void socket.end(begins));
    const { port, record } = await world({ routes: [routeTo(url)] });
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(answer.body).toMatch(/5\r\n12345\r\n0\r\n\r\n$/);
    expect(await record()).toMatchObject({ outcome: "ok", response_bytes: 5 });
  });

  test("is cut when the connection breaks", async () => {
    const { url } = await rawUpstream((socket) => {
      socket.write(begins);
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    const { port, record } = await world({ routes: [routeTo(url)] });
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(answer).toMatchObject({ status: 200, ended: "closed" });
    expect(answer.body).toMatch(/5\r\n12345\r\n$/);
    expect(await record()).toMatchObject({ outcome: "upstream_body_cut", error_origin: "upstream" });
  });
});

describe("what an upstream says of its own limits", () => {
  const own = { "retry-after": "7", ratelimit: '"theirs";r=0;t=7', "ratelimit-policy": '"theirs";q=1;w=7' };

  test.each([
    ["reaches the client", [], '"theirs";r=0;t=7'],
    ["but for the fields of limits that the gateway has itself", limits, '"ours";r=8;t=7'],
  ])("%s", async (_, limits, ratelimit) => {
    const { url } = await upstream((_, response) => {
      response.writeHead(429, { ...own, "x-ratelimit-remaining": "0" }).end('{"error":"slow down"}');
    });
    const { port, record } = await world({ routes: [routeTo(url, { limits })] });
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(answer.status).toBe(429);
    expect(answer.body).toContain('{"error":"slow down"}');
    expect(answer.header("retry-after")).toBe("7");
    expect(answer.header("x-ratelimit-remaining")).toBe("0");
    expect(answer.headers.filter(([name]) => name === "ratelimit")).toEqual([["ratelimit", ratelimit]]);
    expect(await record()).toMatchObject({ status: 429, upstream_status: 429, outcome: "client_error" });
  });
});

describe("a client that leaves is noticed", () => {
  const behind = "GET /orders/2 HTTP/1.1\r\nHost: h\r\n\r\n";

  test.each([
    ["an empty line", "\r\n"],
    ["half a head", "GET /orders/2 HTTP/1.1\r\nHo"],
    ["the next request", behind],
    ["the next three", behind.repeat(3)],
  ])("also behind %s that it sent ahead", async (_, ahead) => {
    const asked = promised<Socket>();
    const left = promised<number>();
    const { url } = await rawUpstream((socket) => {
      socket.on("close", () => left.tell(performance.now()));
      asked.tell(socket);
    });
    const { port } = await world({ routes: [routeTo(url)] });
    const first = request("GET /orders/1").replace("Connection: close\r\n", "");
    const { socket } = hear(port, first + ahead);
    await asked.told;
    const left_at = performance.now();
    socket.destroy();
    expect((await left.told) - left_at).toBeLessThan(250);
  });

  test.each([
    ["without a body", "GET", 0],
    ["with a body that nobody has read yet", "POST", 2000],
  ])("also before its request could be sent, %s", async (_, method, length) => {
    const asked = promised();
    // No handshake comes, so no connection does.
    const { port: mute } = await rawUpstream(() => asked.tell());
    const timeouts = { connect_ms: 5000, first_byte_ms: 5000, idle_ms: 5000, total_ms: 9000 };
    const { port, record } = await world({ routes: [routeTo(`https://127.0.0.1:${mute}`, { timeouts })] });
    const body = "x".repeat(length);
    const { socket } = hear(port, request(`${method} /orders/1`, [`Content-Length: ${length}`], body));
    await asked.told;
    const left_at = performance.now();
    socket.destroy();
    expect(await record()).toMatchObject({ outcome: "client_gone", status: 499 });
    expect(performance.now() - left_at).toBeLessThan(250);
  });

  test("and takes no room any more", async () => {
    const { url } = await rawUpstream(() => undefined);
    const quick = await upstream((_, response) => response.end("ok"));
    const routes = [routeTo(url), routeTo(quick.url, { subject: "routes.quick", path: "/quick" })];
    const { port, records } = await world({ routes }, systemClock, 3);
    for (let round = 1; round <= 4; round++) {
      const leaving = Array.from({ length: 3 }, () => hear(port, request("GET /orders/1")));
      await sleep(40);
      for (const { socket } of leaving) socket.resetAndDestroy();
      await expect.poll(() => records.length).toBe(3 * round);
    }
    expect(new Set(records.map(({ outcome }) => outcome))).toEqual(new Set(["client_gone"]));
    expect((await talk(port, { pieces: [request("GET /quick")] })).status).toBe(200);
  });
});

test("what nobody asked to keep is not kept: a record has no capture", async () => {
  const { url } = await upstream((incoming, response) => void incoming.pipe(response));
  const captures = vi.spyOn(Capture, "of");
  const { port, record } = await world({ routes: [routeTo(url)] });
  await talk(port, { pieces: [request("POST /orders/1", ["Content-Length: 4"], "body")] });
  expect(await record()).toMatchObject({ capture: null, request_bytes: 4, response_bytes: 4 });
  expect(captures).not.toHaveBeenCalled();
});
