// What a file offers has a name, and a package has one door: the index.ts at its root.

import { isTest } from "../places.ts";
import { problemsAt, type Rule } from "../rule.ts";
import type { Node } from "../source.ts";

export const namedExports: Rule = {
  id: "named-exports",
  why: "a name that is the same everywhere can be searched for",
  bites: [
    {
      path: "packages/base/clock.ts",
      text: "export default class Clock {}",
      says: "a default export: give it a name",
    },
    {
      path: "packages/base/clock.ts",
      text: "class Clock {}\nexport { Clock as default };",
      says: "a default export: give it a name",
    },
  ],
  allows: [
    { path: "packages/base/clock.ts", text: "export class Clock {}" },
    { path: "apps/console/vite.config.ts", text: "export default {};" },
  ],
  check: (source) => {
    if (!source.path.startsWith("packages/")) return [];
    return problemsAt(source, (node) => (isDefault(node) ? "a default export: give it a name" : undefined));
  },
};

function isDefault(node: Node): boolean {
  if (node.type === "ExportDefaultDeclaration") return true;
  return node.type === "ExportSpecifier" && (node.exported as Node).name === "default";
}

export const oneDoor: Rule = {
  id: "one-door",
  why: "a barrel inside a package hides where things are and ties folders into rings",
  bites: [
    {
      path: "packages/gateway/policies/index.ts",
      text: 'export { rateLimit } from "./rate-limit/policy.ts";',
      says: "index.ts belongs at a package's root: import the file that has the thing",
    },
    {
      path: "packages/ai/providers/all.ts",
      text: 'export * from "./openai/request.ts";\nexport * from "./gemini/request.ts";',
      says: "a barrel below a package's root: import the files that have the things",
    },
  ],
  allows: [
    { path: "packages/gateway/index.ts", text: 'export * from "./listener.ts";\nexport * from "./record.ts";' },
    {
      path: "packages/gateway/policies/policies.ts",
      text: 'import { quota } from "./quota/policy.ts";\nexport const policies = [quota];',
    },
  ],
  check: ({ path, program }) => {
    if (!path.startsWith("packages/") || isTest(path) || /^packages\/[^/]+\/index\.ts$/.test(path)) return [];
    if (path.endsWith("/index.ts"))
      return [{ line: 1, says: "index.ts belongs at a package's root: import the file that has the thing" }];
    const body = program.body as Node[];
    const onlyPassesOn = body.length > 1 && body.every((s) => s.type.startsWith("Export") && s.source);
    return onlyPassesOn
      ? [{ line: 1, says: "a barrel below a package's root: import the files that have the things" }]
      : [];
  },
};
