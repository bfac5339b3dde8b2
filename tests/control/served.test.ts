// What the two ports serve besides the API: health, figures, the console's files, the widget, the description.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UpstreamReport } from "@holdfast/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_TOKEN, OTHER, startWorld, WORKSPACE, type World } from "./world.ts";

let world: World;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-served-"));
  world = await startWorld({ console: join(folder, "console"), widget: join(folder, "widget") });
});
afterAll(async () => {
  await world.stop();
  await rm(folder, { recursive: true });
});

describe("health", () => {
  test("lives, and is ready when store, telemetry and gateway are", async () => {
    expect((await world.control("get", "/livez")).status).toBe(200);
    const ready = await world.control("get", "/readyz");
    expect(ready.status).toBe(200);
    const checks = { store: "ok", telemetry: "ok", gateway: "ok" };
    expect(await ready.json()).toEqual({ ready: true, checks, degraded: [] });
  });

  test("stays ready while limits are counted by this node alone, and says so", async () => {
    const { gateway } = world.services;
    const { status } = gateway;
    gateway.status = () => ({ ...status(), limits_local: true });
    const ready = await world.control("get", "/readyz");
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ ready: true, degraded: ["limits"] });
    expect(await (await world.control("get", "/metrics")).text()).toContain("\nholdfast_limits_local 1\n");
    gateway.status = status;
  });

  test("stays ready while a gateway thread cannot run the newest plan, and says so", async () => {
    const { gateway } = world.services;
    const { status } = gateway;
    gateway.status = () => ({ ...status(), plan_refused: true });
    const ready = await world.control("get", "/readyz");
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ ready: true, degraded: ["plan"] });
    expect(await (await world.control("get", "/metrics")).text()).toContain("\nholdfast_gateway_plan_refused 1\n");
    gateway.status = status;
  });

  test("is not ready while a part is missing, and names it without saying more", async () => {
    const { gateway, store } = world.services;
    const { status } = gateway;
    const { ping } = store;
    gateway.status = () => ({ wanted: 2, serving: 1, plan: 0 });
    store.ping = () => Promise.reject(new Error("secret address of the database"));
    const answer = await world.control("get", "/readyz");
    Object.assign(gateway, { status });
    Object.assign(store, { ping });
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(JSON.parse(text).checks).toEqual({ store: "failing", telemetry: "ok", gateway: "failing" });
    expect(text).not.toContain("secret");
  });
});

test("figures are in the format that Prometheus reads", async () => {
  const text = await (await world.control("get", "/metrics")).text();
  const { number } = world.services.plans.current();
  expect(text).toContain(`\nholdfast_plan_number ${number}\n`);
  expect(text).toContain("\nholdfast_gateway_workers_serving 2\n");
  expect(text).toContain('\nholdfast_jobs{state="given_up"} 0\n');
  expect(text).toContain("\nholdfast_telemetry_dropped_total 0\n");
  expect(text).toContain("\nholdfast_otlp_spans_exported_total 0\n");
});

test("figures that cannot be had are left out, and the others are told all the same", async () => {
  const { jobs } = world.services;
  const { counts } = jobs;
  jobs.counts = () => Promise.reject(new Error("the database is away"));
  const answer = await world.control("get", "/metrics");
  jobs.counts = counts;
  expect(answer.status).toBe(200);
  const text = await answer.text();
  expect(text).toContain("\nholdfast_gateway_workers_serving 2\n");
  expect(text).not.toContain("holdfast_jobs{");
});

describe("upstreams", () => {
  const report = (workspace: string, more: Partial<UpstreamReport> = {}): UpstreamReport => ({
    workspace,
    service: "orders",
    release: "v1",
    url: "http://10.0.0.1:9001",
    state: "up",
    since: 1000,
    last_error: null,
    open_connections: 2,
    running: 1,
    calls: 10,
    failures: 1,
    ...more,
  });
  const workers = [
    [report(WORKSPACE), report(OTHER, { service: "theirs" })],
    [report(WORKSPACE, { state: "open", last_error: "status 500" }), report(OTHER, { service: "theirs" })],
  ];

  test("are shown as all gateway workers together see them, to their own workspace", async () => {
    world.services.gateway.upstreams = async () => workers;
    const answer = await world.control("get", `/api/v1/workspaces/${WORKSPACE}/upstreams`, { as: ADMIN_TOKEN });
    expect(answer.status).toBe(200);
    const { items } = await answer.json();
    expect(items).toMatchObject([
      { service: "orders", state: "open", last_error: "status 500", calls: 20, running: 2 },
    ]);
  });

  test("have figures, the same at the first scrape as at the second", async () => {
    world.services.gateway.upstreams = async () => workers;
    const text = await (await world.control("get", "/metrics")).text();
    const labels = `workspace="${WORKSPACE}",service="orders",release="v1",upstream="http://10.0.0.1:9001"`;
    expect(text).toContain(`\nholdfast_upstream_state{${labels},state="open"} 1\n`);
    expect(text).not.toContain(`{${labels},state="up"}`);
    expect(text).toContain(`\nholdfast_upstream_connections{${labels}} 4\n`);
    expect(text).toContain(`\nholdfast_upstream_calls_total{${labels}} 20\n`);
    expect(text).toContain(`\nholdfast_upstream_failures_total{${labels}} 2\n`);
    const again = await (await world.control("get", "/metrics")).text();
    expect(again).toContain(`\nholdfast_upstream_calls_total{${labels}} 20\n`);
  });
});

test("the API describes itself", async () => {
  const description = await (await world.control("get", "/api/openapi.json")).json();
  expect(description.openapi).toBe("3.1.0");
  expect(description.paths["/api/v1/workspaces/{workspace}/issues"].get.security).toHaveLength(2);
});

describe("the console", () => {
  test("says how to build it when it is not built, and is served once it is, without a restart", async () => {
    const missing = await world.control("get", "/");
    expect(missing.status).toBe(503);
    expect(await missing.text()).toContain("npm start");

    await mkdir(join(folder, "console/assets"), { recursive: true });
    await writeFile(join(folder, "console/index.html"), "<!doctype html><title>Holdfast</title>");
    await writeFile(join(folder, "console/assets/index-B7xk2a9Q.js"), "export {};");
    await writeFile(join(folder, "outside.txt"), "not for anyone");
    for (const path of ["/", "/index.html", "/acme/issues/12", "/acme/calls?status=500"]) {
      const page = await world.control("get", path);
      expect([path, page.status, page.headers.get("cache-control")]).toEqual([path, 200, "no-cache"]);
      expect(await page.text()).toContain("<title>Holdfast</title>");
    }
  });

  test("what is named by its content is kept by browsers, the rest is asked for again", async () => {
    const script = await world.control("get", "/assets/index-B7xk2a9Q.js");
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(script.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    const etag = (await world.control("get", "/")).headers.get("etag") ?? "";
    expect((await world.control("get", "/", { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  test.each(["/assets/index-00000000.js", "/api/v1/nothing", "/api/"])(
    "%s is not answered with a page",
    async (path) => {
      expect((await world.control("get", path)).status).toBe(404);
    },
  );

  test.each(["/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/assets/..%5c..%5coutside.txt"])(
    "%s reaches nothing outside of its folder",
    async (path) => {
      expect(await (await world.control("get", path)).text()).not.toContain("not for anyone");
    },
  );
});

describe("the public port", () => {
  test("says what it is", async () => {
    const page = await world.public("get", "/");
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Feedback is welcome")]);
  });

  test("gives the widget to every page", async () => {
    expect((await world.public("get", "/widget.js")).status).toBe(404);
    await mkdir(join(folder, "widget"), { recursive: true });
    await writeFile(join(folder, "widget/widget.js"), "customElements;");
    const { status, headers } = await world.public("get", "/widget.js");
    expect(status).toBe(200);
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("cache-control")).toBe("public, max-age=300");
  });
});
