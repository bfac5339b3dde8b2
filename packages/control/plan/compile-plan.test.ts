// What the plan compiler makes and refuses: cases as data, then properties over generated settings.
import { ok } from "@holdfast/base";
import type { Override, SwitchHold, TrafficHold } from "@holdfast/incidents";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePlan, sectionOf } from "./compile-plan.ts";
import { compileSection } from "./compile-section.ts";
import { pathShape } from "./path-pattern.ts";
import { pathText } from "./problem.ts";
import { readSettings } from "./read-settings.ts";

const provider_urls = { openai: "https://api.openai.com/v1" };
const secrets = () => ({
  env: (name: string) => ok(`${name}-0123456789abcdef`),
  file: () => ok("file-0123456789abcdef"),
});

function sectionFrom(text: string, workspace = "default") {
  const read = readSettings(`holdfast: 1\n${text}`, { secrets, workspace });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return { workspace, ...compileSection(read.value.settings, provider_urls) };
}

function planOf(
  texts: Record<string, string>,
  overrides: (Pick<Override, "subject"> & (Pick<TrafficHold, "weights"> | SwitchHold))[] = [],
) {
  const sections = Object.entries(texts).map(([workspace, text]) => {
    const { section, problems } = sectionFrom(text, workspace);
    expect(problems).toEqual([]);
    return { workspace, section, overrides: overrides.map(overrideOf) };
  });
  return compilePlan({ number: 7, made_at: 1, sections, reference_keys: { default: "k" } });
}

function overrideOf(held: Pick<Override, "subject"> & (Pick<TrafficHold, "weights"> | SwitchHold)): Override {
  return "holds" in held
    ? { ...held, action_id: "a2" }
    : { ...held, holds: "traffic", closed: ["v2"], action_id: "a1" };
}

const SHOP = `
services:
  orders: { releases: { v1: { upstreams: ["http://127.0.0.1:9001/"] }, v2: { upstreams: [http://127.0.0.1:9002/base/] } } }
routes:
  orders:
    match: { path: /orders/**, methods: [GET, POST] }
    to: orders
    split: { v1: 90%, v2: 10% }
    rollback: { against: v1, automatic: true }
    access: api-key
    limits: { each: { by: consumer, rate: 100 per 1m } }
    body_most: 1MiB
consumers: { web: { keys: ["\${env:WEB_KEY}"] } }
`;

describe("compiles", () => {
  test("a route with everything", () => {
    const made = planOf({ default: SHOP });
    if (!made.ok) throw new Error("refused");
    expect(made.value.plan.routes).toEqual([
      {
        kind: "route",
        workspace: "default",
        subject: "routes.orders",
        name: "orders",
        service: "orders",
        path: "/orders/**",
        methods: ["GET", "POST"],
        body_bytes_max: 1_048_576,
        access: "api-key",
        limits: [{ name: "each", by: "consumer", rate: { count: 100, window_ms: 60_000 }, burst: 100 }],
        capture: { headers: false, payload_share: 0 },
        timeouts: {
          ...{ connect_ms: 2000, first_byte_ms: 30_000, idle_ms: 60_000, total_ms: 600_000 },
          total_until_head: true,
        },
        releases: [
          { name: "v1", weight: 0.9, targets: [{ url: "http://127.0.0.1:9001" }] },
          { name: "v2", weight: 0.1, targets: [{ url: "http://127.0.0.1:9002/base" }] },
        ],
        rollback: { against: "v1", error_ratio_over: 0.05, window_ms: 120_000, least_calls: 100, automatic: true },
      },
    ]);
    expect(made.value.plan.consumers[0]?.key_hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.isFrozen(made.value.plan.routes[0]?.releases[0]?.targets)).toBe(true);
  });

  test("a model with a fallback and the provider's well-known address", () => {
    const { section, problems } = sectionFrom(`
providers: { openai: { kind: openai, key: "\${env:KEY}" }, local: { kind: openai-compatible, url: "http://127.0.0.1:1/v1/" } }
models: { assistant: { access: public, releases: { s: { targets: [openai/gpt-5/mini, { fallback: local/q }] } }, prices: { input: 1, output: 2 } } }`);
    expect(problems).toEqual([]);
    const prices = { input_usd_per_million: 1, output_usd_per_million: 2 };
    expect(section.models[0]?.releases).toEqual([
      {
        name: "s",
        weight: 1,
        targets: [
          {
            provider: "openai",
            kind: "openai",
            url: "https://api.openai.com/v1",
            model: "gpt-5/mini",
            key: "KEY-0123456789abcdef",
            prices,
          },
          { provider: "local", kind: "openai-compatible", url: "http://127.0.0.1:1/v1", model: "q", prices },
        ],
      },
    ]);
  });

  test("the weights of an action, and drops what the settings no longer name", () => {
    const shifted = planOf({ default: SHOP }, [{ subject: "routes.orders", weights: { v1: 1, v2: 0 } }]);
    expect(shifted.ok && shifted.value.plan.routes[0]?.releases.map(({ weight }) => weight)).toEqual([1, 0]);
    const dropped = planOf({ default: SHOP }, [
      { subject: "routes.orders", weights: { v1: 0.5, v3: 0.5 } },
      { subject: "routes.gone", weights: { v1: 1 } },
    ]);
    expect(dropped.ok && dropped.value.plan.routes[0]?.releases.map(({ weight }) => weight)).toEqual([0.9, 0.1]);
    expect(dropped.ok && dropped.value.dropped.map(({ why }) => why)).toEqual([
      "its release v3 no longer exists",
      "the settings no longer declare it",
    ]);
  });
});

describe("the switch that an action holds", () => {
  const turned = (settings: string, enabled: boolean) => {
    const text = SHOP.replace("    access: api-key", `    access: api-key\n${settings}`);
    const made = planOf({ default: text }, [{ subject: "routes.orders", holds: "switch", enabled }]);
    return made.ok ? made.value.plan.routes[0] : undefined;
  };

  test("is as with `enabled` in the settings, and keeps shares as they declare them", () => {
    const off = turned("", false);
    expect(off).toMatchObject({ disabled: 503, switch_id: "a2" });
    expect(off?.releases.map(({ weight }) => weight)).toEqual([0.9, 0.1]);
    expect(off).not.toHaveProperty("action_id");
    expect(turned("    when_disabled: 404", false)).toMatchObject({ disabled: 404 });
  });

  test("wins over the settings in both directions", () => {
    const on = turned("    enabled: false", true);
    expect(on).toMatchObject({ switch_id: "a2" });
    expect(on).not.toHaveProperty("disabled");
  });

  test("stands beside shares that another action holds, and outlives their release", () => {
    const off = { subject: "routes.orders", holds: "switch", enabled: false } as const;
    const both = planOf({ default: SHOP }, [{ subject: "routes.orders", weights: { v1: 1, v2: 0 } }, off]);
    expect(both.ok && both.value.plan.routes[0]).toMatchObject({ disabled: 503, action_id: "a1", switch_id: "a2" });
    const gone = planOf({ default: SHOP }, [{ subject: "routes.orders", weights: { v3: 1 } }, off]);
    expect(gone.ok && gone.value.plan.routes[0]).toMatchObject({ disabled: 503, switch_id: "a2" });
    expect(gone.ok && gone.value.dropped).toMatchObject([{ holds: "traffic" }]);
  });

  test("is of models as well", () => {
    const text = `
providers: { local: { kind: openai-compatible, url: "http://127.0.0.1:1/v1" } }
models: { assistant: { access: public, when_disabled: 404, releases: { s: { targets: [local/q] } } } }`;
    const made = planOf({ default: text }, [{ subject: "models.assistant", holds: "switch", enabled: false }]);
    expect(made.ok && made.value.plan.models[0]).toMatchObject({ disabled: 404, switch_id: "a2" });
  });

  test("is dropped with what it switches", () => {
    const made = planOf({ default: SHOP }, [{ subject: "routes.gone", holds: "switch", enabled: false }]);
    expect(made.ok && made.value.dropped).toMatchObject([{ subject: "routes.gone", holds: "switch" }]);
  });
});

const refusals: { name: string; text: string; problems: [path: string, message: RegExp][] }[] = [
  {
    name: "a service that does not exist, with the closest",
    text: SHOP.replace("to: orders", "to: order"),
    problems: [["routes.orders.to", /no service order/]],
  },
  {
    name: "a split that does not add up",
    text: SHOP.replace("v2: 10%", "v2: 20%"),
    problems: [["routes.orders.split", /adds up to 110%/]],
  },
  {
    name: "a split of an unknown release, and a rollback to one",
    text: SHOP.replace("v2: 10%", "v3: 10%").replace("against: v1", "against: v0"),
    problems: [
      ["routes.orders.split.v3", /no release v3/],
      ["routes.orders.rollback.against", /no release v0/],
    ],
  },
  {
    name: "several releases without a split",
    text: SHOP.replace("split: { v1: 90%, v2: 10% }", ""),
    problems: [["routes.orders", /2 releases and no split/]],
  },
  {
    name: "names that every object has",
    text: SHOP.replace("to: orders", "to: constructor"),
    problems: [["routes.orders.to", /no service constructor/]],
  },
  {
    name: "a provider without address, an unknown provider, targets in the wrong order",
    text: `
providers: { local: { kind: openai-compatible } }
models: { a: { access: public, releases: { s: { targets: [{ fallback: local/x }, local/y, { fallback: other/z }] } } } }`,
    problems: [
      ["providers.local", /needs its address/],
      ["models.a.releases.s.targets.0", /cannot be a fallback/],
      ["models.a.releases.s.targets.1", /only the first target/],
      ["models.a.releases.s.targets.2", /no provider other/],
    ],
  },
  {
    name: "a launch of something unknown that ends before it begins",
    text: "launches: { l: { scope: { routes: [x] }, window: { from: 2026-12-02T00:00Z, until: 2026-12-01T00:00Z } } }",
    problems: [
      ["launches.l.scope.routes.0", /no route x/],
      ["launches.l.window.until", /not after/],
    ],
  },
  {
    name: "a short key",
    text: "allow_literal_secrets: true\nconsumers: { web: { keys: [abc] } }",
    problems: [["consumers.web.keys.0", /fewer than 16/]],
  },
];

describe("refuses within a workspace", () => {
  test.each(refusals)("$name", ({ text, problems }) => {
    const found = sectionFrom(text).problems.map(({ path, message }) => [pathText(path), message] as const);
    expect(found.map(([path]) => path)).toEqual(problems.map(([path]) => path));
    for (const [index, [, message]] of problems.entries()) expect(found[index]?.[1]).toMatch(message);
  });
});

describe("patterns", () => {
  test.each(["/", "/a", "/a/", "/a/:id/b", "/**", "/a/**", "/@scope/a.b~c"])("%s is possible", (pattern) => {
    expect(pathShape(pattern).ok).toBe(true);
  });
  test.each(["//", "/a//b", "/a/../b", "/./a", "/**/a", "/a*", "/a/***", "/:", "/:a-b", "/:x/:x", "/%41", "/a\\b"])(
    "%s is not",
    (pattern) => expect(pathShape(pattern).ok).toBe(false),
  );
});

describe("properties", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
  const world = fc.dictionary(
    name,
    fc.uniqueArray(fc.record({ release: name, parts: fc.integer({ min: 0, max: 9 }) }), {
      selector: ({ release }) => release,
      minLength: 1,
      maxLength: 5,
    }),
    { maxKeys: 4 },
  );

  test("weights of every subject add up to 1, plans do not depend on order, sections come back out", () => {
    fc.assert(
      fc.property(world, (workspaces) => {
        const sections = Object.entries(workspaces).map(([workspace, releases]) => ({
          ...sectionFrom(textOf(workspace, releases), workspace),
          overrides: [],
        }));
        const input = { number: 1, made_at: 1, sections, reference_keys: {} };
        const made = compilePlan(input);
        const reversed = compilePlan({ ...input, sections: sections.toReversed() });
        expect(made.ok).toBe(true);
        if (!made.ok) return;
        expect(reversed).toEqual(made);
        for (const route of made.value.plan.routes)
          expect(route.releases.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
        for (const { workspace, section } of sections) expect(sectionOf(made.value.plan, workspace)).toEqual(section);
      }),
      { numRuns: 50 },
    );
  });

  function textOf(workspace: string, releases: { release: string; parts: number }[]): string {
    const total = releases.reduce((sum, { parts }) => sum + parts, 0);
    const share = ({ parts }: { parts: number }, index: number) =>
      total === 0 ? (index === 0 ? 100 : 0) : (parts / total) * 100;
    return `services: { s: { releases: { ${releases.map(({ release }) => `${release}: { upstreams: [http://127.0.0.1:1] }`).join(", ")} } } }
routes: { r: { match: { host: ${workspace}.example, path: / }, to: s, access: public, split: { ${releases.map((one, index) => `${one.release}: "${share(one, index).toFixed(6)}%"`).join(", ")} } } }`;
  }
});
