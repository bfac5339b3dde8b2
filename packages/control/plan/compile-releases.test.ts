// What routes and models may say about their releases, and what is refused with its place.
import { ok } from "@holdfast/base";
import { expect, test } from "vitest";
import { compileSection } from "./compile-section.ts";
import { pathText } from "./problem.ts";
import { readSettings } from "./read-settings.ts";

const secrets = () => ({ env: (name: string) => ok(`${name}-0123456789abcdef`), file: () => ok("file") });

function settingsWith(lines: string): string {
  return `holdfast: 1
services: { orders: { releases: { v1: { upstreams: [http://127.0.0.1:1] }, v2: { upstreams: [http://127.0.0.1:2] } } } }
consumers: { ada: { keys: ["\${env:A}"], groups: [beta-team] }, bob: { keys: ["\${env:B}"], groups: [beta-team] } }
routes:
  orders:
    match: { path: /orders/** }
    to: orders
    split: { v1: 90%, v2: 10% }
    access: public
${lines
  .split("\n")
  .map((line) => `    ${line}`)
  .join("\n")}
`;
}

function compile(lines: string, settings = settingsWith(lines)) {
  const read = readSettings(settings, { secrets });
  if (!read.ok) return { refused: read.error.map(({ path, message }) => `${path}: ${message}`), route: undefined };
  const { section, problems } = compileSection(read.value.settings, {});
  return {
    refused: problems.map(({ path, message, suggestion }) =>
      `${pathText(path)}: ${message} ${suggestion ?? ""}`.trim(),
    ),
    route: section.routes[0],
  };
}

test("rules, stickiness, shadow and steps become part of the plan", () => {
  const { refused, route } = compile(`pick:
  - { header: { X-Canary: "yes" }, release: v2 }
  - { cookie: { beta: "*" }, consumer: [beta-team], release: v2 }
sticky: { by: header, name: X-User }
shadow: { to: v2, share: 10% }
promote: { to: v2, steps: [{ share: 5%, for: 10m }, { share: 25%, for: 1h }], on_failure: roll back }
rollback: { against: v1, least_calls: 200 }`);
  expect(refused).toEqual([]);
  expect(route).toMatchObject({
    pick: [
      { release: "v2", headers: [["x-canary", "yes"]] },
      { release: "v2", cookies: [["beta", "*"]], consumers: ["ada", "bob"] },
    ],
    sticky: { by: "header", name: "x-user" },
    shadow: {
      to: "v2",
      share: 0.1,
      methods: ["GET", "HEAD", "OPTIONS"],
      body_most: 65_536,
      at_once: 32,
      timeout: 10_000,
    },
    promote: {
      to: "v2",
      steps: [
        { share: 0.05, for_ms: 600_000 },
        { share: 0.25, for_ms: 3_600_000 },
      ],
      on_failure: "roll back",
      least_calls: 200,
      start: "by hand",
    },
  });
});

test("what is left out is not in the plan: such a route costs nothing", () => {
  expect(Object.keys(compile("").route ?? {})).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(pick|sticky|shadow|promote)$/)]),
  );
});

test.each([
  [
    "a rule without a condition",
    "pick: [{ release: v2 }]",
    "routes.orders.pick.0: needs a header, a cookie or a consumer",
  ],
  [
    "a rule to nowhere",
    'pick: [{ header: { a: "1" }, release: v3 }]',
    "routes.orders.pick.0.release: there is no release v3 did you mean v1?",
  ],
  [
    "a consumer that nobody is",
    "pick: [{ consumer: [adda], release: v2 }]",
    "routes.orders.pick.0.consumer.0: there is no consumer or group adda did you mean ada?",
  ],
  [
    "a header that cannot be",
    'pick: [{ header: { "a b": "1" }, release: v2 }]',
    "is not a name that a header or cookie can have",
  ],
  ["a shadow of nothing", "shadow: { to: v9 }", "routes.orders.shadow.to: there is no release v9"],
  ["bodies too large to copy", "shadow: { to: v2, body_most: 2MiB }", "at most 1MiB is copied"],
  ["a share without its unit", "shadow: { to: v2, share: 10 }", "routes.orders.shadow.share"],
  ["stickiness by a name without one", "sticky: { by: cookie }", "routes.orders.sticky.name"],
  [
    "a cookie for less than a second",
    "sticky: { by: own_cookie, for: 10ms }",
    "routes.orders.sticky.for: a cookie lives at least 1s",
  ],
  [
    "a promotion that nobody judges",
    "promote: { to: v2, steps: [{ share: 5%, for: 1m }] }",
    "routes.orders.promote: needs `rollback`",
  ],
  [
    "a promotion of what others go back to",
    "promote: { to: v1, steps: [{ share: 95%, for: 1m }] }\nrollback: { against: v1 }",
    "routes.orders.promote.to: is the release that `rollback` goes back to",
  ],
  [
    "steps that lead back",
    "promote: { to: v2, steps: [{ share: 25%, for: 1m }, { share: 5%, for: 1m }] }\nrollback: { against: v1 }",
    "routes.orders.promote.steps.1.share: is not more than in the step before",
  ],
])("%s is refused", (_, lines, problem) => {
  expect(compile(lines).refused.join("\n")).toContain(problem);
});

test.each([
  [
    "",
    ["routes.orders.shadow.to: is the release that routes.orders.split gives every call to: nothing is copied to it"],
  ],
  ['pick: [{ header: { a: "1" }, release: v2 }]', []],
])("a shadow that serves every call itself gets no copies, and is refused: %s", (pick, problems) => {
  const settings = settingsWith(`shadow: { to: v1 }\n${pick}`).replace("v1: 90%, v2: 10%", "v1: 100%");
  const { refused } = compile("", settings);
  expect(refused.map((problem) => problem.replace(/ take the shadow out.*/, ""))).toEqual(problems);
});

test("so does one of a service with one release", () => {
  const settings = settingsWith("shadow: { to: v1 }")
    .replace(", v2: { upstreams: [http://127.0.0.1:2] }", "")
    .replace("    split: { v1: 90%, v2: 10% }\n", "");
  expect(compile("", settings).refused).toEqual([
    "routes.orders.shadow.to: is the only release: nothing is copied to it",
  ]);
});
