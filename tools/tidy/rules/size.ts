// The walls: no file over 500 lines, no function over 70. What is over the aims below them is counted by ratchet.ts.

import { isTest } from "../places.ts";
import type { Rule } from "../rule.ts";
import { type Node, type Source, walk } from "../source.ts";

export const fileLines = { wall: 500, aim: 300 };
export const functionLines = { wall: 70, aim: 30 };

export const fileSize: Rule = {
  id: "file-size",
  why: "a file has one subject",
  bites: [
    {
      path: "packages/contract/settings.ts",
      text: "// Settings.\n".repeat(501),
      says: "501 lines; the wall is 500: split it by subject",
    },
  ],
  allows: [{ path: "packages/contract/settings.ts", text: "// Settings.\n".repeat(500) }],
  check: (source) => {
    const lines = linesOf(source);
    if (lines <= fileLines.wall) return [];
    return [{ line: 1, says: `${lines} lines; the wall is ${fileLines.wall}: split it by subject` }];
  },
};

export const functionSize: Rule = {
  id: "function-size",
  why: "a function fits a screen",
  bites: [
    {
      path: "packages/gateway/send.ts",
      text: `export function send() {\n${"  step();\n".repeat(69)}}`,
      says: "send has 71 lines; the wall is 70: give its steps names",
    },
    {
      path: "packages/gateway/send.ts",
      text: `export const send = async () => {\n${"  step();\n".repeat(80)}};`,
      says: "send has 82 lines; the wall is 70: give its steps names",
    },
  ],
  allows: [
    { path: "packages/gateway/send.ts", text: `export function send() {\n${"  step();\n".repeat(68)}}` },
    { path: "packages/gateway/send.test.ts", text: `describe("", () => {\n${"  step();\n".repeat(90)}})` },
  ],
  check: (source) =>
    functionsOf(source)
      .filter(({ lines }) => lines > functionLines.wall)
      .map(({ name, line, lines }) => ({
        line,
        says: `${name} has ${lines} lines; the wall is ${functionLines.wall}: give its steps names`,
      })),
};

export function linesOf({ text }: Source): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** Every function with a body, except in tests, where a suite is one long callback. */
export function functionsOf(source: Source): { name: string; line: number; lines: number }[] {
  if (isTest(source.path)) return [];
  const found: { name: string; line: number; lines: number }[] = [];
  walk(source.program, (node, parent) => {
    if (!/^(Function(Declaration|Expression)|ArrowFunctionExpression)$/.test(node.type)) return;
    const line = source.lineOf(node.start);
    found.push({ name: nameOf(node, parent), line, lines: source.lineOf(node.end - 1) - line + 1 });
  });
  return found;
}

function nameOf(node: Node, parent?: Node): string {
  const named = [node.id, parent?.id, parent?.key].find((id) => (id as Node | undefined)?.name);
  return ((named as Node | undefined)?.name as string | undefined) ?? "a function";
}
