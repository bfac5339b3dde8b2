import { ok } from "@holdfast/base";
import { LimitSettings } from "@holdfast/contract";
import { expect, test } from "vitest";
import { compileLimits } from "./compile-limits.ts";
import { compileSection } from "./compile-section.ts";
import type { Bench } from "./compile-subjects.ts";
import { pathText } from "./problem.ts";
import { readSettings } from "./read-settings.ts";

function compiled(kind: "routes" | "models", limits: Record<string, unknown>) {
  const bench = { problems: [] as Bench["problems"] } as Bench;
  const parsed = Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, LimitSettings.parse(limit)]));
  return { limits: compileLimits(parsed, [kind, "orders", "limits"], bench), problems: bench.problems };
}

test("each kind becomes what the gateway counts; a burst is the rate's count unless it is said", () => {
  const { limits, problems } = compiled("routes", {
    a: { by: "consumer", rate: "100 per 1m" },
    b: { by: "consumer", rate: "100 per 1m", burst: 5 },
    c: { by: "key", quota: "5 per 1 day" },
    g: { by: "key", quota: "5 per 24h" },
    d: { by: "header:X-Tenant", concurrency: 7 },
    e: { by: "route", concurrency: "auto" },
    f: { by: "address", bandwidth: "1MB per 1s" },
  });
  expect(problems).toEqual([]);
  expect(limits).toEqual([
    { name: "a", by: "consumer", rate: { count: 100, window_ms: 60_000 }, burst: 100 },
    { name: "b", by: "consumer", rate: { count: 100, window_ms: 60_000 }, burst: 5 },
    { name: "c", by: "key", quota: { count: 5, window: "day" } },
    { name: "g", by: "key", quota: { count: 5, window_ms: 86_400_000 } },
    { name: "d", by: "header:x-tenant", concurrency: 7 },
    { name: "e", by: "route", concurrency: "auto" },
    { name: "f", by: "address", bandwidth: { bytes: 1e6, window_ms: 1000 } },
  ]);
});

test.each([
  ["models", { x: { by: "route", bandwidth: "1MB per 1s" } }, "bandwidth", "is for routes"],
  [
    "models",
    { x: { by: "route", concurrency: "auto" } },
    "concurrency",
    "auto finds out what the service of a route takes",
  ],
  ["routes", { x: { by: "consumer", concurrency: "auto" } }, "concurrency", "auto finds out"],
] as const)("%s: %j is refused with its place", (kind, limits, place, message) => {
  const { problems } = compiled(kind, limits);
  expect(problems).toMatchObject([
    { path: [kind, "orders", "limits", "x", place], message: expect.stringContaining(message) },
  ]);
});

function withPlans(plans: string, consumer: string) {
  const text = `holdfast: 1\nplans: ${plans}\nconsumers: { web: { keys: ["\${env:KEY}"], plan: ${consumer} } }`;
  const secrets = () => ({ env: () => ok("key-0123456789abcdef"), file: () => ok("") });
  const read = readSettings(text, { secrets });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return compileSection(read.value.settings, {});
}

test("limits of a plan count by consumer unless they say otherwise, and know whose they are", () => {
  const { section, problems } = withPlans(
    "{ gold: { limits: { calls: { rate: 5 per 1s }, all: { by: workspace, quota: 9 per 7d } } }, internal: {} }",
    "gold",
  );
  expect(problems).toEqual([]);
  expect(section.consumers).toMatchObject([{ name: "web", plan: "gold" }]);
  expect(section.consumer_plans).toEqual([
    {
      workspace: "default",
      name: "gold",
      limits: [
        { name: "calls", plan: "gold", by: "consumer", rate: { count: 5, window_ms: 1000 }, burst: 5 },
        { name: "all", plan: "gold", by: "workspace", quota: { count: 9, window_ms: 604_800_000 } },
      ],
    },
    { workspace: "default", name: "internal", limits: [] },
  ]);
});

test.each([
  ["{ gold: {} }", "glod", "consumers.web.plan", /there is no plan glod/, "did you mean gold?"],
  ["{}", "gold", "consumers.web.plan", /there is no plan gold/, "known: none"],
  [
    "{ gold: { limits: { x: { by: route, concurrency: auto } } } }",
    "gold",
    "plans.gold.limits.x.concurrency",
    /auto finds out/,
    "write a number",
  ],
])("plans %s, consumer on %s: refused with its place", (plans, consumer, place, message, suggestion) => {
  const { problems } = withPlans(plans, consumer);
  expect(problems.map(({ path }) => pathText(path))).toEqual([place]);
  expect(problems[0]).toMatchObject({ message: expect.stringMatching(message), suggestion });
});
