// How a release chooses among its upstreams: balance, checks, and what is shown of them.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { ask, askMany, dead, routeOver, servers } from "../../tests/gateway/upstream-servers.ts";
import { closeAll, keyHash, planOf, rawUpstream, request, routeTo, talk, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

describe("balance", () => {
  test("weighted gives each its part", async () => {
    const [a, b] = await servers("a", "b");
    const { port } = await world({ routes: [routeOver([{ ...a, weight: 3 }, b], { balance: "weighted" })] });
    expect((await askMany(port, 8)).sort().join("")).toBe("aaaaaabb");
  });

  test("least requests leaves the busy one alone", async () => {
    const [slow, quick] = await servers("slow", "quick");
    slow.state.silent = true;
    const { port } = await world({ routes: [routeOver([slow, quick], { balance: "least-requests" })] });
    const waiting = Array.from({ length: 4 }, () => talk(port, { pieces: [request("GET /orders/1")], wait_ms: 1500 }));
    await sleep(200);
    const stuck = slow.state.calls;
    expect(stuck).toBeLessThanOrEqual(4);
    expect(stuck).toBeGreaterThan(0);
    expect(await askMany(port, 10)).toEqual(Array(10).fill("quick"));
    await Promise.all(waiting);
  });

  test.each([
    ["consumer", undefined, (caller: number) => [`x-api-key: key-${caller}`]],
    ["header", "X-Tenant", (caller: number) => [`x-tenant: t${caller}`]],
    ["cookie", "sid", (caller: number) => [`cookie: other=1; sid=s${caller}`]],
  ] as const)("consistent hash by %s keeps a caller where it is", async (by, name, headersOf) => {
    const all = await servers("a", "b", "c");
    const hash = { by, load_over: 0.25, ...(name ? { name } : {}) };
    const consumers = Array.from({ length: 8 }, (_, caller) => ({
      workspace: "acme",
      name: `c${caller}`,
      key_hashes: [keyHash(`key-${caller}`)],
    }));
    const access = by === "consumer" ? { access: "api-key" as const } : {};
    const { port } = await world({ routes: [routeOver(all, { balance: "consistent-hash", hash }, access)], consumers });
    const places = new Set<string>();
    for (let caller = 0; caller < 8; caller++) {
      const [first, ...others] = await askMany(port, 3, headersOf(caller));
      expect(others).toEqual([first, first]);
      places.add(first as string);
    }
    expect(places.size).toBeGreaterThan(1);
  });
});

describe("active checks", () => {
  const health = { get: "/healthz", every: 30, timeout: 200, rise: 2, fall: 2 };

  test("take an upstream out and back, and one checker serves all routes and plans", async () => {
    const [a, b] = await servers("a", "b");
    const route = routeOver([a, b], { health });
    const routes = [route, { ...route, name: "more", subject: "routes.more", path: "/more/**" }];
    const { port, gateway, problems } = await world({ routes });
    await expect.poll(() => a.state.checks).toBeGreaterThan(2);
    a.state.health = 500;
    await expect.poll(() => gateway.upstreams().map(({ state }) => state)).toEqual(["down", "up"]);
    expect(await askMany(port, 4)).toEqual(["b", "b", "b", "b"]);
    expect(gateway.upstreams()[0]).toMatchObject({ last_error: expect.stringContaining("status 500"), release: "v1" });
    for (let number = 8; number < 12; number++) await gateway.swap(planOf({ number, routes }));
    expect(gateway.upstreams()[0]?.state).toBe("down");
    const before = a.state.checks;
    await sleep(300);
    // One checker asks at most ten times in this time, one for each plan and route would ask fifty times.
    expect(a.state.checks - before).toBeLessThanOrEqual(11);
    a.state.health = 200;
    await expect.poll(() => gateway.upstreams().map(({ state }) => state)).toEqual(["up", "up"]);
    expect(new Set(await askMany(port, 4))).toEqual(new Set(["a", "b"]));
    expect(problems).toMatchObject([
      { state: "down", upstream: a.url },
      { state: "up", upstream: a.url },
    ]);
  });

  test("end with the plan that asked for them", async () => {
    const [a] = await servers("a");
    const { gateway } = await world({ routes: [routeOver([a], { health })] });
    await expect.poll(() => a.state.checks).toBeGreaterThan(0);
    await gateway.swap(planOf({ number: 8 }));
    await sleep(50);
    const before = a.state.checks;
    await sleep(150);
    expect(a.state.checks).toBe(before);
    expect(gateway.upstreams()).toEqual([]);
  });

  test.each([
    ["a status that is not expected", { get: "/healthz", expect: [204] }],
    ["silence", { get: "/silent", timeout: 50 }],
  ])("%s is a failed check", async (_, more) => {
    const [a] = await servers("a");
    a.state.silent = true;
    const { port, gateway } = await world({ routes: [routeOver([a], { health: { ...health, ...more } })] });
    await expect.poll(() => gateway.upstreams()[0]?.state).toBe("down");
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(answer.status).toBe(503);
    expect(answer.body).toContain("upstream_unavailable");
    expect(answer.header("retry-after")).toBe("1");
  });

  test("by TCP: whoever listens is well", async () => {
    const mute = await rawUpstream(() => undefined);
    const { gateway } = await world({
      routes: [routeOver([mute, await dead()], { health: { ...health, get: undefined, tcp: true } })],
    });
    await expect.poll(() => gateway.upstreams().map(({ state }) => state)).toEqual(["up", "down"]);
    expect(mute.connections()).toBeGreaterThan(0);
  });
});

describe("passive checks", () => {
  test("failed calls in a row eject an upstream for a while", async () => {
    const [a, b] = await servers("a", "b");
    a.state.status = 500;
    const { port, gateway } = await world({
      routes: [routeOver([a, b], { eject: { after: 2, for: 300, most: 0.5 } })],
    });
    await askMany(port, 4);
    expect(gateway.upstreams().map(({ state }) => state)).toEqual(["ejected", "up"]);
    expect(await askMany(port, 4)).toEqual(["b", "b", "b", "b"]);
    a.state.status = 200;
    await expect.poll(() => gateway.upstreams()[0]?.state).toBe("up");
    expect(new Set(await askMany(port, 4))).toEqual(new Set(["a", "b"]));
  });

  test("an upstream in two releases is ejected from the one, and stays in the one that has no other", async () => {
    const [a, b] = await servers("a", "b");
    a.state.status = 500;
    const eject = { eject: { after: 2, for: 10_000, most: 0.5 } };
    const both = routeOver([a, b], eject);
    const alone = { ...routeOver([a], eject), path: "/alone/**", name: "alone", subject: "routes.alone" };
    const { port, gateway } = await world({ routes: [both, alone] });
    await askMany(port, 6);
    expect(gateway.upstreams().find(({ url }) => url === a.url)?.state).toBe("ejected");
    expect(await askMany(port, 4)).toEqual(["b", "b", "b", "b"]);
    a.state.status = 200;
    expect((await talk(port, { pieces: [request("GET /alone/1")] })).status).toBe(200);
  });

  test("also when it is silent, and not when the client leaves", async () => {
    const [a, b] = await servers("a", "b");
    a.state.silent = true;
    const timeouts = { connect_ms: 200, first_byte_ms: 400, idle_ms: 400, total_ms: 2000 };
    const { port, gateway } = await world({
      routes: [routeOver([a, b], { eject: { after: 2, for: 10_000, most: 0.5 } }, { timeouts })],
    });
    for (let call = 0; call < 8; call++) await talk(port, { pieces: [request("GET /orders/1")], wait_ms: 30 });
    expect(gateway.upstreams()[0]).toMatchObject({ state: "up", failures: 0 });
    await expect.poll(() => gateway.upstreams()[0]?.running).toBe(0);
    await askMany(port, 4);
    expect(gateway.upstreams()[0]).toMatchObject({ state: "ejected", failures: 2, running: 0 });
  });
});

test("upstreams without rules are shown with their connections, and cost nothing else", async () => {
  const [a] = await servers("a");
  const { port, gateway } = await world({ routes: [routeTo(a.url)] });
  await ask(port);
  expect(gateway.upstreams()).toEqual([
    {
      workspace: "acme",
      service: "orders",
      release: "v1",
      url: a.url,
      state: "unwatched",
      since: null,
      last_error: null,
      open_connections: 1,
      running: null,
      calls: null,
      failures: null,
    },
  ]);
});
