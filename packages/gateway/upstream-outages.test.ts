// Upstreams that fail for longer: breakers and fallbacks.
import type { UpstreamRules } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { ask, askMany, dead, routeOver, type Server, servers } from "../../tests/gateway/upstream-servers.ts";
import { closeAll, planOf, request, talk, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

describe("a breaker", () => {
  const breaker = { errors: 0.5, of_least: 4, window: 10_000, open_for: 300, probes: 2 };

  test("opens, refuses at once without asking, probes, and closes", async () => {
    const [a] = await servers("a");
    a.state.status = 500;
    const { port, gateway, records } = await world({ routes: [routeOver([a], { breaker })] });
    await askMany(port, 4);
    expect(gateway.upstreams()[0]?.state).toBe("open");
    const refused = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(refused.status).toBe(503);
    expect(refused.header("retry-after")).toBe("1");
    expect(a.state.calls).toBe(4);
    expect(records.at(-1)).toMatchObject({ outcome: "upstream_unavailable", error_origin: "upstream", attempts: 0 });
    a.state.status = 200;
    await expect.poll(() => gateway.upstreams()[0]?.state).toBe("half-open");
    expect(await askMany(port, 3)).toEqual(["a", "a", "a"]);
    expect(gateway.upstreams()[0]).toMatchObject({ state: "up", calls: 7, failures: 4 });
  });

  test("of one upstream leaves the others alone", async () => {
    const [a, b] = await servers("a", "b");
    a.state.status = 500;
    const { port, gateway } = await world({ routes: [routeOver([a, b], { breaker })] });
    await askMany(port, 8);
    expect(gateway.upstreams().map(({ state }) => state)).toEqual(["open", "up"]);
    expect(await askMany(port, 4)).toEqual(["b", "b", "b", "b"]);
  });

  test("stands through a change of plan that leaves its upstream as it is", async () => {
    const [a] = await servers("a");
    a.state.status = 500;
    const { port, gateway } = await world({ routes: [routeOver([a], { breaker })] });
    await askMany(port, 4);
    await gateway.swap(planOf({ number: 8, routes: [routeOver([a], { breaker }, { path: "/**" })] }));
    expect(gateway.upstreams()[0]?.state).toBe("open");
    await gateway.swap(planOf({ number: 9, routes: [routeOver([a], { breaker: { ...breaker, of_least: 5 } })] }));
    expect(gateway.upstreams()[0]?.state).toBe("up");
  });
});

describe("a fallback", () => {
  const withFallback = (primary: { url: string }[], stand_in: Server, rules: Partial<UpstreamRules>) => {
    const route = routeOver(primary, rules);
    const fallback = { service: "static", release: "v1", targets: [{ url: `${stand_in.url}/sorry` }] };
    return { ...route, releases: route.releases.map((release) => ({ ...release, fallback })) };
  };

  test("is asked when nothing can be reached, with the body and below its own path", async () => {
    const [b] = await servers("b");
    const { port, record } = await world({ routes: [withFallback([await dead()], b, {})] });
    expect(await ask(port, "POST /orders/1", [], "hello")).toBe("b");
    expect(b.state.bodies).toEqual(["hello"]);
    expect(await record()).toMatchObject({ outcome: "ok", release: "v1", upstream: b.url.slice(7), attempts: 2 });
  });

  test("is asked when nothing takes calls, and no more when something does", async () => {
    const [a, b] = await servers("a", "b");
    const health = { get: "/healthz", every: 30, timeout: 200, rise: 1, fall: 1 };
    a.state.health = 500;
    const { port, gateway } = await world({ routes: [withFallback([a], b, { health })] });
    await expect.poll(() => gateway.upstreams().find(({ service }) => service === "orders")?.state).toBe("down");
    expect(await ask(port)).toBe("b");
    a.state.health = 200;
    await expect.poll(() => gateway.upstreams().find(({ service }) => service === "orders")?.state).toBe("up");
    expect(await ask(port)).toBe("a");
  });

  test("an error that the upstream answered is its answer", async () => {
    const [a, b] = await servers("a", "b");
    a.state.status = 500;
    const { port } = await world({ routes: [withFallback([a], b, {})] });
    expect(await ask(port)).toBe("500");
  });

  test("that names the same upstream as its release is asked once too", async () => {
    const away = await dead();
    const route = routeOver([away], {});
    const releases = route.releases.map((release) => ({
      ...release,
      fallback: { ...release, service: route.service, release: "v0" },
    }));
    const { port, record } = await world({ routes: [{ ...route, releases }] });
    expect(await ask(port)).toBe("502");
    expect(await record()).toMatchObject({ outcome: "upstream_unreachable", attempts: 2 });
  });

  test("and when it is away as well, the client hears why", async () => {
    const [b] = await servers("b");
    await b.close();
    const { port, record } = await world({ routes: [withFallback([await dead()], b, {})] });
    expect(await ask(port)).toBe("502");
    expect(await record()).toMatchObject({ outcome: "upstream_unreachable", attempts: 2 });
  });
});
