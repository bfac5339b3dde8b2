// Code that decides takes values and returns values: no input or output, no clock, no randomness.

import { isPure, isTest } from "../places.ts";
import { memberName, type Problem, problemsAt, type Rule, readsVariable } from "../rule.ts";
import type { Import, Node } from "../source.ts";

/** What of Node computes without touching the world. */
const pureModules = ["node:assert", "node:buffer", "node:path", "node:string_decoder", "node:url", "node:util"];
/** From these, the names that give the same answer to the same question. */
const pureNames: Record<string, readonly string[]> = {
  "node:crypto": ["createHash", "createHmac", "timingSafeEqual", "hash"],
  "node:net": ["isIP", "isIPv4", "isIPv6"],
};
const impureVariables = [
  "process",
  "performance",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "fetch",
  "console",
  "crypto",
];
const impureMembers = ["Date.now", "Math.random"];

export const purity: Rule = {
  id: "purity",
  why: "a decision that needs no world can be tested with values and replayed from records",
  bites: [
    {
      path: "packages/detection/detectors/threshold/detector.ts",
      text: 'import { readFileSync } from "node:fs";',
      says: "pure code may not import node:fs",
    },
    {
      path: "packages/feedback/model/ids.ts",
      text: 'import { randomBytes } from "node:crypto";',
      says: "pure code may not import randomBytes of node:crypto",
    },
    {
      path: "packages/correlation/link.ts",
      text: "export const age = (at: number) => Date.now() - at;",
      says: "pure code may not use Date.now: take it as a value",
    },
    {
      path: "packages/correlation/link.ts",
      text: "export const now = () => new Date();",
      says: "pure code may not use new Date(): take it as a value",
    },
    {
      path: "packages/http1/parse.ts",
      text: "export const draw = () => Math.random();",
      says: "pure code may not use Math.random: take it as a value",
    },
    {
      path: "packages/incidents/model/decide.ts",
      text: "export const at = () => performance.now();",
      says: "pure code may not use performance: take it as a value",
    },
    {
      path: "packages/launches/model/phases.ts",
      text: "export const later = (work: () => void) => setTimeout(work, 1);",
      says: "pure code may not use setTimeout: take it as a value",
    },
    {
      path: "packages/detection/window.ts",
      text: "export const home = process.cwd();",
      says: "pure code may not use process: take it as a value",
    },
  ],
  allows: [
    { path: "packages/detection/window.ts", text: "export const day = (at: number) => new Date(at).getUTCDay();" },
    { path: "packages/http1/head.ts", text: 'import { Buffer } from "node:buffer";\nBuffer.alloc(1);' },
    { path: "packages/feedback/model/print.ts", text: 'import { createHash } from "node:crypto";\ncreateHash("md5");' },
    { path: "packages/correlation/link.test.ts", text: "export const now = Date.now();" },
    { path: "packages/gateway/listener.ts", text: "export const now = Date.now();" },
    { path: "packages/http1/events.ts", text: "export const f = (step: { process: number }) => step.process;" },
  ],
  check: (source) => {
    if (!isPure(source.path) || isTest(source.path)) return [];
    return [...source.imports.flatMap(impureImport), ...problemsAt(source, impureUse)];
  },
};

function impureImport({ specifier, names, typeOnly, line }: Import): Problem[] {
  if (typeOnly || !specifier.startsWith("node:") || pureModules.includes(specifier)) return [];
  const allowed = pureNames[specifier];
  if (allowed === undefined) return [{ line, says: `pure code may not import ${specifier}` }];
  const wrong = names.filter((name) => !allowed.includes(name));
  return wrong.map((name) => ({ line, says: `pure code may not import ${name} of ${specifier}` }));
}

function impureUse(node: Node, parent?: Node, field?: string): string | undefined {
  const used = impureName(node, parent, field);
  return used === undefined ? undefined : `pure code may not use ${used}: take it as a value`;
}

function impureName(node: Node, parent?: Node, field?: string): string | undefined {
  const member = memberName(node);
  if (member !== undefined && impureMembers.includes(member)) return member;
  const isDate = node.type === "NewExpression" && (node.callee as Node).name === "Date";
  if (isDate && (node.arguments as Node[]).length === 0) return "new Date()";
  const name = readsVariable(node, parent, field);
  return name !== undefined && impureVariables.includes(name) ? name : undefined;
}
