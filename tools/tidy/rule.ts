// What a rule is. Each lives in a file of rules/, with examples that prove that it bites and what it lets pass.

import type { Node, Source } from "./source.ts";
import { walk } from "./source.ts";

export interface Rule {
  id: string;
  /** Why the rule exists, in words that go at the end of "… because". */
  why: string;
  /** Files that break the rule, each with what the rule then says of it. */
  bites: readonly (Example & { says: string })[];
  /** Files that look alike and are fine. */
  allows: readonly Example[];
  check(source: Source): Problem[];
}

export interface Example {
  path: string;
  text: string;
}

export interface Problem {
  line: number;
  says: string;
}

/** One problem for each node that `find` has words for. */
export function problemsAt(source: Source, find: (node: Node, parent?: Node, field?: string) => string | undefined) {
  const problems: Problem[] = [];
  walk(source.program, (node, parent, field) => {
    const says = find(node, parent, field);
    if (says !== undefined) problems.push({ line: source.lineOf(node.start), says });
  });
  return problems;
}

/** The name of a variable that is read, such as `process`; nothing for property names, declarations and types. */
export function readsVariable(node: Node, parent?: Node, field?: string): string | undefined {
  if (node.type !== "Identifier" || parent === undefined || field === undefined) return undefined;
  if (parent.type.startsWith("TS") && !parent.type.endsWith("Expression")) return undefined;
  if (notReads[parent.type]?.includes(field) && !parent.computed) return undefined;
  return node.name as string;
}

const notReads: Record<string, readonly string[]> = {
  MemberExpression: ["property"],
  Property: ["key"],
  PropertyDefinition: ["key"],
  MethodDefinition: ["key"],
  ImportSpecifier: ["imported", "local"],
  ImportDefaultSpecifier: ["local"],
  ExportSpecifier: ["exported", "local"],
  VariableDeclarator: ["id"],
  LabeledStatement: ["label"],
  FunctionDeclaration: ["id", "params"],
  FunctionExpression: ["id", "params"],
  ArrowFunctionExpression: ["params"],
};

/** `object.property`, for calls and reads such as `Date.now` and `process.env`. */
export function memberName(node: Node): string | undefined {
  if (node.type !== "MemberExpression") return undefined;
  const [object, property] = [node.object as Node, node.property as Node];
  if (object.type !== "Identifier" || property.type !== "Identifier") return undefined;
  return `${object.name}.${property.name}`;
}
