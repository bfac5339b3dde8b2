// Limits through a real gateway and a real upstream: what passes, what is refused and how, and that nothing stays taken.
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Plan, PlanLimit } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import {
  closeAll,
  keyHash,
  modelAt,
  planOf,
  request,
  routeTo,
  talk,
  upstream,
  world,
} from "../../tests/gateway/world.ts";

afterEach(closeAll);

const twoAtOnce: PlanLimit = { name: "busy", by: "route", concurrency: 2 };

test("routes that say the same have limits and counts of their own", async () => {
  const { url } = await upstream((_, response) => response.end("ok"));
  const limits: PlanLimit[] = [
    { name: "few", by: "route", rate: { count: 1, window_ms: 60_000 }, burst: 1 },
    twoAtOnce,
  ];
  const twin = (name: string) => routeTo(url, { path: `/${name}/**`, subject: `routes.${name}`, name, limits });
  const routes = [twin("left"), twin("right")];
  const { port, gateway, records } = await world({ routes });
  const ask = async (path: string) => (await talk(port, { pieces: [request(`GET ${path}`)] })).status;
  expect([await ask("/left/1"), await ask("/left/2"), await ask("/right/1")]).toEqual([200, 429, 200]);
  await gateway.swap(planOf({ number: 8, routes }));
  expect([await ask("/left/3"), await ask("/right/2")]).toEqual([429, 429]);
  await expect.poll(() => records.length).toBe(5);
  const served = gateway.figures().calls.map(({ subject, release, statuses }) => [subject, release, statuses]);
  expect(served).toEqual(
    expect.arrayContaining([
      ["routes.left", "v1", [0, 1, 0, 0, 0]],
      ["routes.left", "", [0, 0, 0, 2, 0]],
      ["routes.right", "v1", [0, 1, 0, 0, 0]],
      ["routes.right", "", [0, 0, 0, 1, 0]],
    ]),
  );
});

describe("calls at once", () => {
  /** Answers when told to. */
  async function holding() {
    const answers: (() => void)[] = [];
    const { url } = await upstream((incoming, response) => {
      incoming.resume();
      answers.push(() => response.end("ok"));
    });
    return { answers, place: await world({ routes: [routeTo(url, { limits: [twoAtOnce] })] }) };
  }

  test("past the limit are refused until one has ended", async () => {
    const { answers, place } = await holding();
    const ask = () => talk(place.port, { pieces: [request("GET /orders/1")] });
    const running = [ask(), ask()];
    await expect.poll(() => answers.length).toBe(2);
    const refused = await ask();
    expect(refused).toMatchObject({ status: 429 });
    expect(JSON.parse(refused.body)).toMatchObject({ code: "too_many_at_once" });
    expect(refused.header("retry-after")).toBe("1");
    expect(refused.header("ratelimit-policy")).toBe('"busy";q=2;qu="concurrent-requests"');
    answers[0]?.();
    expect((await (running[0] as ReturnType<typeof ask>)).status).toBe(200);
    const next = ask();
    await expect.poll(() => answers.length).toBe(3);
    for (const answer of answers.slice(1)) answer();
    expect([(await next).status, (await (running[1] as ReturnType<typeof ask>)).status]).toEqual([200, 200]);
    expect(place.records.map(({ outcome, refused_by }) => [outcome, refused_by ?? null])).toEqual([
      ["too_many_at_once", "limits"],
      ["ok", null],
      ["ok", null],
      ["ok", null],
    ]);
  });

  test("as many as the service's speed allows: 32 before it is known, and each that ends makes room", async () => {
    const answers: (() => void)[] = [];
    const { url } = await upstream((incoming, response) => {
      incoming.resume();
      answers.push(() => response.end("ok"));
    });
    const auto: PlanLimit = { name: "auto", by: "route", concurrency: "auto" };
    const { port, records } = await world({ routes: [routeTo(url, { limits: [auto] })] });
    const ask = () => talk(port, { pieces: [request("GET /orders/1")] });
    const running = Array.from({ length: 32 }, ask);
    await expect.poll(() => answers.length).toBe(32);
    const refused = await ask();
    expect(refused).toMatchObject({ status: 503 });
    expect(JSON.parse(refused.body)).toMatchObject({ code: "overloaded" });
    expect(refused.header("retry-after")).toBe("1");
    for (const answer of answers.splice(0)) answer();
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual(Array(32).fill(200));
    const next = Array.from({ length: 32 }, ask);
    await expect.poll(() => answers.length).toBe(32);
    for (const answer of answers) answer();
    expect((await Promise.all(next)).map(({ status }) => status)).toEqual(Array(32).fill(200));
    expect(records.filter(({ refused_by }) => refused_by === "limits")).toHaveLength(1);
  });

  test.each([
    [
      "a client that leaves",
      async (port: number) => {
        const socket = connect(port, "127.0.0.1");
        socket.write(request("GET /orders/1"));
        await sleep(60);
        socket.destroy();
      },
    ],
    [
      "a body that breaks off",
      async (port: number) => {
        const socket = connect(port, "127.0.0.1");
        socket.write(request("POST /orders/1", ["Content-Length: 100"], "half"));
        await sleep(60);
        socket.destroy();
      },
    ],
    [
      "a body that is not HTTP",
      async (port: number) => {
        await talk(port, { pieces: [request("POST /orders/1", ["Transfer-Encoding: chunked"], "zz\r\n")] });
      },
    ],
  ])("%s gives its place back", async (_, misbehave) => {
    const { answers, place } = await holding();
    for (let round = 0; round < 4; round++) await misbehave(place.port);
    await expect.poll(() => place.records.length).toBe(4);
    expect(place.records.map(({ outcome }) => outcome)).not.toContain("too_many_at_once");
    const before = answers.length;
    const last = talk(place.port, { pieces: [request("GET /orders/1")] });
    await expect.poll(() => answers.length).toBe(before + 1);
    answers.at(-1)?.();
    expect((await last).status).toBe(200);
  });
});

test("a quota that is spent says until when, and is another error than going too fast", async () => {
  const { url } = await upstream((_, response) => response.end("ok"));
  const limits: PlanLimit[] = [{ name: "monthly", by: "address", quota: { count: 2, window: "month" } }];
  const { port } = await world({ routes: [routeTo(url, { limits })] });
  const ask = () => talk(port, { pieces: [request("GET /orders/1")] });
  expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
  const spent = await ask();
  expect(spent.status).toBe(429);
  expect(JSON.parse(spent.body)).toMatchObject({ code: "quota_spent" });
  const now = new Date();
  const ends_s = (Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) - now.getTime()) / 1000;
  expect(Math.abs(Number(spent.header("retry-after")) - ends_s)).toBeLessThan(5);
  expect(spent.header("ratelimit")).toMatch(/^"monthly";r=0;t=\d+$/);
});

describe("a plan of consumers", () => {
  const HOUR_MS = 3_600_000;
  const perHour = (name: string, count: number): PlanLimit => ({
    ...{ name, by: "consumer", rate: { count, window_ms: HOUR_MS }, burst: count },
  });
  const onGold = (...limits: PlanLimit[]): Partial<Plan> => ({
    consumers: ["shop", "till", "guest"].map((name) => ({
      ...{ workspace: "acme", name, key_hashes: [keyHash(`key-of-${name}`)] },
      ...(name === "guest" ? {} : { plan: "gold" }),
    })),
    consumer_plans: [{ workspace: "acme", name: "gold", limits: limits.map((limit) => ({ ...limit, plan: "gold" })) }],
  });

  /** Two routes and a model over one upstream; the first route has `limits` of its own. */
  async function places(plan: Partial<Plan>, limits: PlanLimit[] = []) {
    const { url } = await upstream((incoming, response) => {
      incoming.resume();
      response.setHeader("ratelimit", '"theirs";r=5;t=5').setHeader("content-type", "application/json").end("{}");
    });
    const access = "api-key";
    const target = { provider: "local", kind: "openai-compatible" as const, url, model: "m" };
    const { port, records } = await world({
      routes: [
        routeTo(url, { access, limits }),
        routeTo(url, { access, name: "stock", subject: "routes.stock", path: "/stock" }),
      ],
      models: [modelAt([target], { access })],
      ...plan,
    });
    const as = (who: string) => `x-api-key: key-of-${who}`;
    const body = '{"model":"assistant","messages":[]}';
    const chat = [`Content-Length: ${body.length}`, "Content-Type: application/json"];
    return {
      records,
      orders: (who: string) => talk(port, { pieces: [request("GET /orders/1", [as(who)])] }),
      stock: (who: string) => talk(port, { pieces: [request("GET /stock", [as(who)])] }),
      model: (who: string) => talk(port, { pieces: [request("POST /v1/chat/completions", [as(who), ...chat], body)] }),
    };
  }

  test("is one limit over all routes and models for each consumer that is on it", async () => {
    const { orders, stock, model } = await places(onGold(perHour("calls", 3)));
    expect([(await orders("shop")).status, (await stock("shop")).status, (await model("shop")).status]).toEqual([
      200, 200, 200,
    ]);
    for (const ask of [orders, stock, model]) expect((await ask("shop")).status).toBe(429);
    const other = await stock("till");
    expect([other.status, other.header("ratelimit-policy")]).toEqual([200, '"gold/calls";q=3;w=3600']);
    expect(other.header("ratelimit")).toMatch(/^"gold\/calls";r=2;t=\d+$/);
    // Who is on no plan meets none of it, and hears what the service says of its own limits.
    for (let call = 0; call < 5; call++) expect((await stock("guest")).header("ratelimit")).toBe('"theirs";r=5;t=5');
  });

  test("and a route's own limit both hold; what one refuses takes nothing from the other", async () => {
    const { orders, stock, records } = await places(onGold(perHour("calls", 3)), [perHour("orders", 1)]);
    expect((await orders("shop")).status).toBe(200);
    for (let call = 0; call < 4; call++) expect((await orders("shop")).status).toBe(429);
    expect([(await stock("shop")).status, (await stock("shop")).status]).toEqual([200, 200]);
    const refused = await stock("shop");
    expect(JSON.parse(refused.body)).toMatchObject({
      code: "rate_limited",
      detail: expect.stringContaining("gold/calls"),
    });
    await expect.poll(() => records.length).toBe(8);
    expect(records.filter(({ refused_by }) => refused_by === "limits")).toHaveLength(5);
  });

  test("counts calls at once over routes, and a call that is over gives its place back", async () => {
    const { orders, stock } = await places(onGold({ name: "busy", by: "consumer", concurrency: 1 }));
    for (let call = 0; call < 3; call++)
      expect([(await orders("shop")).status, (await stock("shop")).status]).toEqual([200, 200]);
  });
});

describe("bandwidth", () => {
  const perSecond = (bytes: number): PlanLimit => ({
    name: "slow",
    by: "route",
    bandwidth: { bytes, window_ms: 1000 },
  });
  const KIB = 1024;

  test("slows an answer down to its pace, without gathering it", async () => {
    let sent = 0;
    const { url } = await upstream((_, response) => {
      const piece = Buffer.alloc(64 * KIB);
      const more = (): void => {
        while (sent < 64 * KIB * KIB) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    const { port } = await world({ routes: [routeTo(url, { limits: [perSecond(500 * KIB)] })] });
    let got = 0;
    const asked = httpRequest({ port, host: "127.0.0.1", path: "/orders/1" }, (response) => {
      response.on("data", (chunk: Buffer) => (got += chunk.length)).on("error", () => undefined);
    });
    asked.on("error", () => undefined).end();
    await sleep(2000);
    asked.destroy();
    // A tenth of a second's worth and the pieces under way may come first.
    expect(got / KIB).toBeGreaterThan(800);
    expect(got / KIB).toBeLessThan(1500);
    // What is in the system's buffers, not in ours: they hold a few MiB.
    expect(sent / KIB).toBeLessThan(16 * KIB);
  });

  test("slows a body down to its pace, and does not take it for a slow sender", async () => {
    const { url } = await upstream((incoming, response) => {
      incoming.resume().on("end", () => response.end("ok"));
    });
    const timeouts = { connect_ms: 500, first_byte_ms: 2000, idle_ms: 100, total_ms: 10_000 };
    const { port } = await world({ routes: [routeTo(url, { limits: [perSecond(200 * KIB)], timeouts })] });
    const began = performance.now();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const asked = httpRequest({ port, host: "127.0.0.1", path: "/orders/1", method: "POST" }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode));
      });
      asked.on("error", reject).end(Buffer.alloc(400 * KIB));
    });
    expect(status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(1500);
    expect(performance.now() - began).toBeLessThan(3500);
  });

  test("is one pace for many small answers too", async () => {
    const { url } = await upstream((_, response) => response.end(Buffer.alloc(10 * KIB)));
    const { port } = await world({ routes: [routeTo(url, { limits: [perSecond(100 * KIB)] })] });
    const began = performance.now();
    for (let call = 0; call < 20; call++)
      expect((await talk(port, { pieces: [request("GET /orders/1")] })).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(1500);
  });
});
