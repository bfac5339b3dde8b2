import { expect, test } from "vitest";
import { z } from "zod";
import { Settings } from "./settings.ts";

const least = { holdfast: 1, services: { shop: { releases: { v1: { upstreams: ["http://127.0.0.1:9001"] } } } } };
const route = { match: { path: "/orders/**" }, to: "shop", access: "api-key" };

test("quantities come out as numbers and what is left out has its default", () => {
  const settings = Settings.parse({
    ...least,
    routes: { orders: { ...route, limits: { all: { by: "route", rate: "100 per 1m" } } } },
  });
  expect(settings.workspace).toBe("default");
  expect(settings.services.shop?.timeouts).toEqual({ connect: 2000, first_byte: 30_000, idle: 60_000 });
  expect(settings.routes.orders).toMatchObject({
    capture: { headers: "none", payloads: 0 },
    limits: { all: { rate: { count: 100, window_ms: 60_000 } } },
  });
});

test("a rollback only needs to say where traffic goes back to", () => {
  const settings = Settings.parse({ ...least, routes: { orders: { ...route, rollback: { against: "v1" } } } });
  expect(settings.routes.orders?.rollback).toEqual({
    watch: ["error_ratio"],
    against: "v1",
    over: 0.05,
    window: 120_000,
    least_calls: 100,
    automatic: false,
  });
});

test.each([
  ["no format version", { services: {} }, "holdfast", "format version"],
  ["an unknown key", { ...least, serivces: {} }, "", "serivces"],
  [
    "a route without access",
    { ...least, routes: { orders: { ...route, access: undefined } } },
    "routes.orders.access",
    "say who may call",
  ],
  [
    "a bare number where a unit belongs",
    { ...least, routes: { orders: { ...route, body_most: 10 } } },
    "routes.orders.body_most",
    "did you mean 10KiB or 10MiB?",
  ],
  [
    "an upstream with credentials",
    { ...least, services: { shop: { releases: { v1: { upstreams: ["http://u:p@h"] } } } } },
    "services.shop.releases.v1.upstreams.0",
    "without user",
  ],
  [
    "a provider at an address that cannot be",
    { ...least, providers: { local: { kind: "openai-compatible", url: "http://300.1.1.1/v1" } } },
    "providers.local.url",
    "0 to 255",
  ],
  [
    "a service without release",
    { ...least, services: { shop: { releases: {} } } },
    "services.shop.releases",
    "at least one",
  ],
  [
    "a deadline that is none",
    { ...least, services: { shop: { ...least.services.shop, timeouts: { total: "0s" } } } },
    "services.shop.timeouts.total",
    "less than 100ms",
  ],
  [
    "messages of no size",
    { ...least, routes: { orders: { ...route, websocket: { message_most: "0B" } } } },
    "routes.orders.websocket.message_most",
    "every message",
  ],
  ["a name that is no name", { ...least, routes: { "Orders!": route } }, "routes.Orders!", "lower-case"],
  [
    "a target without provider",
    { ...least, models: { chat: { access: "public", releases: { a: { targets: ["gpt-5"] } } } } },
    "models.chat.releases.a.targets.0",
    "",
  ],
])("%s is refused with its place", (_, document, path, message) => {
  const parsed = Settings.safeParse(document);
  const problem = parsed.error?.issues.find((issue) => issue.path.join(".") === path);
  expect(problem, JSON.stringify(parsed.error?.issues)).toBeDefined();
  expect(JSON.stringify(problem)).toContain(message);
});

test.each(["99999", "0", "-1", "x"])("an upstream at port %s is refused", (port) => {
  const upstreams = [`http://127.0.0.1:${port}`];
  const parsed = Settings.safeParse({ ...least, services: { shop: { releases: { v1: { upstreams } } } } });
  expect(JSON.stringify(parsed.error?.issues)).toContain("ports are 1 to 65535");
});

test("the schema can be published for editors", () => {
  const schema = z.toJSONSchema(Settings, { io: "input", unrepresentable: "throw" });
  expect(schema).toMatchObject({ type: "object", additionalProperties: false });
  expect(JSON.stringify(schema)).toContain("500ms");
});
