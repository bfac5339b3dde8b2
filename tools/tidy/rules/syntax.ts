// Only syntax that disappears when types are stripped: the sources run as they are.

import { problemsAt, type Rule } from "../rule.ts";
import type { Node } from "../source.ts";

export const erasable: Rule = {
  id: "erasable",
  why: "sources run as they are, and Node can only strip what leaves no code behind",
  bites: [
    {
      path: "packages/base/level.ts",
      text: "export enum Level { Low, High }",
      says: "an enum: use a union of literals, or a frozen object",
    },
    {
      path: "packages/base/level.ts",
      text: "export namespace Level { export const low = 1; }",
      says: "a namespace: use a module",
    },
  ],
  allows: [
    { path: "packages/base/level.ts", text: 'export type Level = "low" | "high";' },
    { path: "tests/parts/parts.ts", text: 'declare module "vitest" { interface TaskMeta { missing?: string } }' },
  ],
  check: (source) => problemsAt(source, unstrippable),
};

function unstrippable(node: Node): string | undefined {
  if (node.type === "TSEnumDeclaration") return "an enum: use a union of literals, or a frozen object";
  return node.type === "TSModuleDeclaration" && node.kind === "namespace" ? "a namespace: use a module" : undefined;
}
