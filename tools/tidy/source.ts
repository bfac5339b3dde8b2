// One source file as the rules see it: its path, its text, and what the parser says of it. Pure: text in, facts out.

import { type Comment, parseSync } from "oxc-parser";

export interface Source {
  path: string;
  text: string;
  imports: Import[];
  comments: Comment[];
  /** The root of the syntax tree, in the shape of ESTree. */
  program: Node;
  lineOf(offset: number): number;
}

export interface Import {
  specifier: string;
  /** The names taken; "*" for all of them, and for `import()` and re-exports. */
  names: string[];
  typeOnly: boolean;
  line: number;
}

export interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

export function parseSource(path: string, text: string): Source {
  const { program, module, comments, errors } = parseSync(path, text);
  const error = errors[0];
  if (error) throw new Error(`${path} does not parse: ${error.message}`);
  const lineOf = lineFinder(text);
  const root = program as unknown as Node;
  return { path, text, comments, program: root, lineOf, imports: importsOf(module, root, lineOf) };
}

type ParsedModule = ReturnType<typeof parseSync>["module"];

function importsOf(module: ParsedModule, program: Node, lineOf: (offset: number) => number): Import[] {
  const found: Import[] = module.staticImports.map((statement) => ({
    specifier: statement.moduleRequest.value,
    names: statement.entries.map((entry) => entry.importName.name ?? "*"),
    typeOnly: statement.entries.length > 0 && statement.entries.every((entry) => entry.isType),
    line: lineOf(statement.start),
  }));
  for (const statement of module.staticExports) {
    const from = statement.entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (!from) continue;
    const typeOnly = statement.entries.every((entry) => entry.isType);
    found.push({ specifier: from.value, names: ["*"], typeOnly, line: lineOf(statement.start) });
  }
  walk(program, (node) => {
    if (node.type !== "ImportExpression" && node.type !== "TSImportType") return;
    const { value } = node.source as { value?: unknown };
    const typeOnly = node.type === "TSImportType";
    if (typeof value === "string") found.push({ specifier: value, names: ["*"], typeOnly, line: lineOf(node.start) });
  });
  return found;
}

/** Visits every node below `node`, parents first; `parent` and `field` say where it hangs. */
export function walk(node: Node, visit: (node: Node, parent?: Node, field?: string) => void): void {
  const enter = (current: Node, parent?: Node, field?: string) => {
    visit(current, parent, field);
    for (const [name, value] of Object.entries(current)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) enter(child, current, name);
    }
  };
  enter(node);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    const next = starts.findIndex((start) => start > offset);
    return next === -1 ? starts.length : next;
  };
}
