// A gateway as it runs: its connections, plans that change, limits, captures, and its end.
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@holdfast/base";
import { afterEach, describe, expect, test } from "vitest";
import {
  closeAll,
  keyHash,
  planOf,
  rawUpstream,
  request,
  routeTo,
  talk,
  upstream,
  world,
} from "../../tests/gateway/world.ts";

afterEach(closeAll);

describe("connections to the upstream", () => {
  test("are used again, and not when the answer was not read to its end", async () => {
    const raw = await rawUpstream((socket, received) => {
      const last = received.slice(received.lastIndexOf("/orders/"));
      // More bytes than were announced must not become the next client's answer.
      if (received.endsWith("\r\n\r\n"))
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${last.startsWith("/orders/evil") ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL" : ""}`,
        );
    });
    const { port } = await world({ routes: [routeTo(raw.url)] });
    for (const path of ["1", "2", "evil", "3", "4"]) {
      expect((await talk(port, { pieces: [request(`GET /orders/${path}`)] })).body).toBe("ok");
      await sleep(20);
    }
    expect(raw.connections()).toBe(2);
  });

  test.each([
    ["GET", 200, "ok", 2],
    // Nobody knows whether it was acted upon, so it is not sent twice.
    ["POST", 502, "upstream_invalid", 1],
  ])("that close under a %s: %i", async (method, status, outcome, connections) => {
    const raw = await rawUpstream((socket, received) => {
      if (!received.endsWith("\r\n\r\n")) return;
      if (received.split("HTTP/1.1").length > 2) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    const { port, records } = await world({ routes: [routeTo(raw.url)] });
    await talk(port, { pieces: [request("GET /orders/1")] });
    const answer = await talk(port, { pieces: [request(`${method} /orders/2`, ["Content-Length: 0"])] });
    expect(answer.status).toBe(status);
    expect(records.map((record) => record.outcome)).toEqual(["ok", outcome]);
    expect(raw.connections()).toBe(connections);
  });
});

test("a worker that is full says so at once", async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  const { url } = await upstream((_, response) => asked.resolve(response));
  const { port, records } = await world({ routes: [routeTo(url)] }, systemClock, 1);
  const first = talk(port, { pieces: [request("GET /orders/1")] });
  const response = await asked.promise;
  const second = await talk(port, { pieces: [request("GET /orders/2")] });
  expect(second.status).toBe(503);
  expect(second.header("retry-after")).toBe("1");
  response.end("ok");
  expect((await first).status).toBe(200);
  expect(records).toMatchObject([{ outcome: "overloaded", error_origin: "gateway" }, { outcome: "ok" }]);
});

describe("change and end", () => {
  test("a call keeps its plan, the next one has the new", async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    const slow = await upstream((_, response) => asked.resolve(response));
    const fast = await upstream((_, response) => response.end("new"));
    const { gateway, port, records } = await world({ routes: [routeTo(slow.url)] });
    const running = talk(port, { pieces: [request("GET /orders/1")] });
    const response = await asked.promise;
    await gateway.swap(planOf({ number: 8, routes: [routeTo(fast.url)] }));
    expect((await talk(port, { pieces: [request("GET /orders/1")] })).body).toBe("new");
    response.end("old");
    expect((await running).body).toContain("old");
    expect(records.map(({ plan }) => plan)).toEqual([8, 7]);
  });

  test("a plan that is broken changes nothing", async () => {
    const { url } = await upstream((_, response) => response.end("old"));
    const { gateway, port } = await world({ routes: [routeTo(url)] });
    await expect(gateway.swap(planOf({ routes: [routeTo(url, { workspace: "unknown" })] }))).rejects.toThrow(
      "reference key",
    );
    expect((await talk(port, { pieces: [request("GET /orders/1")] })).body).toContain("old");
  });

  describe("a large plan", () => {
    const large = (number: number, url: string) => {
      const others = Array.from({ length: 3000 }, (_, at) =>
        routeTo(url, { subject: `routes.other-${at}`, name: `other-${at}`, path: `/other/${at}` }),
      );
      return planOf({ number, routes: [routeTo(url), ...others] });
    };

    test("is taken up between calls, and the next behind it", async () => {
      const { url } = await upstream((_, response) => response.end("ok"));
      const { gateway, port, records } = await world({ routes: [routeTo(url)] });
      const ends: number[] = [];
      const swaps = [large(8, url), planOf({ number: 9, routes: [routeTo(url)] })].map((plan) =>
        gateway.swap(plan).then(() => ends.push(plan.number)),
      );
      while (ends.length < 2) await talk(port, { pieces: [request("GET /orders/1")] });
      await Promise.all(swaps);
      await talk(port, { pieces: [request("GET /orders/1")] });
      const plans = records.map(({ plan }) => plan);
      expect(plans.filter((plan) => plan === 7).length).toBeGreaterThan(1);
      expect([ends, plans.at(-1), plans.toSorted()]).toEqual([[8, 9], 9, plans]);
    });

    test("is given up when the gateway drains", async () => {
      const { url } = await upstream((_, response) => response.end("ok"));
      const { gateway } = await world({ routes: [routeTo(url)] });
      const taken = expect(gateway.swap(large(8, "http://127.0.0.1:9"))).rejects.toThrow("drains");
      await Promise.all([taken, gateway.drain(1000)]);
      expect(gateway.upstreams().map(({ url }) => url)).not.toContain("http://127.0.0.1:9");
      await expect(gateway.swap(planOf({ number: 9 }))).rejects.toThrow("drains");
    });
  });

  test("draining lets calls finish, closes idle connections and takes no new ones", async () => {
    const asked = Promise.withResolvers<void>();
    const { url } = await upstream((_, response) => {
      asked.resolve();
      setTimeout(() => response.end("done"), 200);
    });
    const { gateway, port, records } = await world({ routes: [routeTo(url)] });
    const idle = connect(port, "127.0.0.1");
    const idle_closed = once(idle, "close");
    await once(idle, "connect");
    const running = talk(port, { pieces: [request("GET /orders/1").replace("Connection: close\r\n", "")] });
    await asked.promise;
    await gateway.drain(5000);
    expect(await running).toMatchObject({ status: 200, ended: "closed" });
    await idle_closed;
    await expect(once(connect(port, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
    expect(records).toMatchObject([{ outcome: "ok" }]);
  });

  test("calls that do not end are cut in time", async () => {
    const asked = Promise.withResolvers<void>();
    const { url } = await upstream(() => asked.resolve());
    const { gateway, port, records } = await world({ routes: [routeTo(url)] });
    const running = talk(port, { pieces: [request("GET /orders/1")] });
    await asked.promise;
    const began = performance.now();
    await gateway.drain(100);
    expect(performance.now() - began).toBeLessThan(1000);
    expect((await running).ended).toBe("closed");
    expect(records).toMatchObject([{ outcome: "shutting_down", error_origin: "gateway" }]);
  });
});

test("limits refuse with the time to wait, whoever serves", async () => {
  const { url } = await upstream((_, response) => response.end("ok"));
  const limits = [{ name: "few", by: "consumer" as const, rate: { count: 1, window_ms: 60_000 }, burst: 1 }];
  const { port, records } = await world({ routes: [routeTo(url, { access: "api-key", limits })] });
  const ask = () => talk(port, { pieces: [request("GET /orders/1", ["x-api-key: key-of-shop"])] });
  const passed = await ask();
  expect(passed.header("ratelimit-policy")).toBe('"few";q=1;w=60');
  expect(passed.header("ratelimit")).toBe('"few";r=0;t=60');
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(Number(refused.header("retry-after"))).toBeGreaterThan(55);
  expect(refused.body).toMatch(/is 1 call in 1 minute; try again in \d+ s\./);
  expect(records).toMatchObject([
    { consumer: "shop" },
    { outcome: "rate_limited", error_origin: "client", consumer: "shop" },
  ]);
});

test("captures are scrubbed, cut, and leave the stream alone", async () => {
  const { url } = await upstream((incoming, response) => {
    response.setHeader("content-type", "application/json");
    response.setHeader("set-cookie", "session=1");
    incoming
      .on("end", () => response.end(JSON.stringify({ mail: "lena@example.com", rest: "x".repeat(100_000) })))
      .resume();
  });
  const { port, record } = await world({ routes: [routeTo(url, { capture: { headers: true, payload_share: 1 } })] });
  const body = "password=hunter2&item=5";
  const headers = ["content-type: application/x-www-form-urlencoded", `content-length: ${body.length}`, "cookie: a=b"];
  const answer = await talk(port, { pieces: [request("POST /orders/1", headers, body)] });
  expect(answer.body).toContain("lena@example.com");
  const { capture } = await record();
  expect(capture?.request_body).toBe("password=[hidden]&item=5");
  expect(capture?.request_headers).toContainEqual(["cookie", "[hidden]"]);
  expect(capture?.response_headers).toContainEqual(["set-cookie", "[hidden]"]);
  expect(capture?.response_body).toMatch(/^\{"mail":"\[hidden\]"/);
  expect(capture?.response_body?.length).toBeLessThan(70_000);
  expect(capture?.cut).toBe(true);
});

test("two releases share the traffic, and a consumer stays with one", async () => {
  const [v1, v2] = await Promise.all(["v1", "v2"].map((name) => upstream((_, response) => response.end(name))));
  const releases = [
    { name: "v1", weight: 0.5, targets: [{ url: v1?.url as string }] },
    { name: "v2", weight: 0.5, targets: [{ url: v2?.url as string }] },
  ];
  const consumers = Array.from({ length: 20 }, (_, index) => `consumer-${index}`);
  const { port, records } = await world({
    routes: [routeTo("", { releases, access: "api-key" })],
    consumers: consumers.map((name) => ({ workspace: "acme", name, key_hashes: [keyHash(name)] })),
  });
  for (const name of [...consumers, ...consumers])
    await talk(port, { pieces: [request("GET /orders/1", [`authorization: Bearer ${name}`])] });
  const served = (from: number) => records.slice(from, from + 20).map(({ release }) => release);
  expect(served(0)).toEqual(served(20));
  expect(new Set(served(0))).toEqual(new Set(["v1", "v2"]));
});

test("answers wait for their turn on a slow reader without losing one", async () => {
  const { url } = await upstream((incoming, response) => response.end(incoming.url));
  const { port } = await world({ routes: [routeTo(url)] });
  const many = Array.from({ length: 50 }, async (_, index) => {
    const sent = httpRequest({ port, host: "127.0.0.1", path: `/orders/${index}`, agent: false }).end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    let body = "";
    for await (const chunk of answer) body += chunk;
    return body;
  });
  expect(await Promise.all(many)).toEqual(Array.from({ length: 50 }, (_, index) => `/orders/${index}`));
});
