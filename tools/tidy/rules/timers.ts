// Time passes through the clock of packages/base, so that a test can move it.

import { isIn, isTest } from "../places.ts";
import { problemsAt, type Rule, readsVariable } from "../rule.ts";

const timers = ["setTimeout", "setInterval", "setImmediate"];
const mayWait = [
  "packages/base/clock.ts",
  "apps/console",
  "apps/widget",
  "tools",
  "bench",
  "packages/gateway/transport/lean/write-text.ts", // the end of a turn of the event loop is no time
];

export const clockOnly: Rule = {
  id: "timers",
  why: "a whole launch is simulated from a seed, which a timer of one's own would escape",
  bites: [
    {
      path: "packages/control/jobs.ts",
      text: "setInterval(() => undefined, 1000);",
      says: "setInterval: wait through the clock of @holdfast/base",
    },
    {
      path: "packages/gateway/upstreams/probe.ts",
      text: 'import { setTimeout } from "node:timers/promises";',
      says: "node:timers/promises: wait through the clock of @holdfast/base",
    },
  ],
  allows: [
    { path: "packages/base/clock.ts", text: "setTimeout(() => undefined, 1);" },
    { path: "packages/control/jobs.test.ts", text: "setTimeout(() => undefined, 1);" },
    { path: "packages/control/jobs.ts", text: "export const f = (clock: Clock) => clock.setTimeout(1);" },
  ],
  check: (source) => {
    if (isIn(source.path, mayWait) || isTest(source.path)) return [];
    const sentence = (what: string) => `${what}: wait through the clock of @holdfast/base`;
    const imported = source.imports.filter(({ specifier }) => specifier.startsWith("node:timers"));
    const used = problemsAt(source, (node, parent, field) => {
      const name = readsVariable(node, parent, field);
      return name !== undefined && timers.includes(name) ? sentence(name) : undefined;
    });
    return [...imported.map(({ line, specifier }) => ({ line, says: sentence(specifier) })), ...used];
  },
};
