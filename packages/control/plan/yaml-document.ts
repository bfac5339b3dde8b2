// YAML text into plain values that remember their place. Refuses what two readers could read differently (duplicate keys,
// unknown tags, merge keys) and what would explode (aliases of aliases, nesting without end).
import { failed, LIMITS, ok, type Result } from "@holdfast/base";
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from "yaml";
import type { SettingsPath } from "./json-schema.ts";
import type { SettingsProblem } from "./problem.ts";

const TOO_DEEP = "is nested too deeply";

export type Place = { line: number; column: number };

export type YamlDocument = {
  value: Record<string, unknown>;
  /** The key (or list entry) at this path, or the nearest thing above it that exists. */
  locate(path: SettingsPath): Place;
  /** Where the value at this path stands in the text, as written (with its quotes). */
  spanOf(path: SettingsPath): { from: number; until: number } | undefined;
};

export function parseYaml(text: string): Result<YamlDocument, SettingsProblem[]> {
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMITS.settings_bytes_max)
    return failed([atTop(`is ${bytes} bytes; at most ${LIMITS.settings_bytes_max} are read`)]);
  const lines = new LineCounter();
  try {
    return readDocument(parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true }), lines);
  } catch (error) {
    // Parser and walker recurse; where the parser itself does not say so, a document nested thousands deep exhausts the stack.
    if (error instanceof RangeError) return failed([atTop(TOO_DEEP)]);
    throw error;
  }
}

function readDocument(document: Document.Parsed, lines: LineCounter): Result<YamlDocument, SettingsProblem[]> {
  const faults = [...document.errors, ...document.warnings];
  // Where the parser ran out of stack, whatever else it reports is a consequence.
  if (faults.some(({ code }) => code === "RESOURCE_EXHAUSTION")) return failed([atTop(TOO_DEEP)]);
  if (faults.length > 0)
    return failed(
      faults.slice(0, LIMITS.settings_problems_max).map(({ message, pos }) => {
        const { line, col } = lines.linePos(pos[0]);
        return { path: "", message: sentence(message), line, column: col };
      }),
    );
  if (!isMap(document.contents)) return failed([atTop("is not a mapping of settings", "begin with `holdfast: 1`")]);
  const value = document.toJS({ maxAliasCount: -1 }) as Record<string, unknown>;
  const excess = findExcess(value, { values: LIMITS.settings_values_max }, 0);
  if (excess) return failed([excess]);
  return ok({
    value,
    locate: (path) => placeOf(document, lines, path),
    spanOf: (path) => spanOf(document, path),
  });
}

/** Counts values, shared ones again and again, and stops at the limits: what walks the value after us meets no more. */
function findExcess(value: unknown, left: { values: number }, depth: number): SettingsProblem | undefined {
  if (--left.values < 0)
    return atTop(`holds more than ${LIMITS.settings_values_max} values`, "aliases count as often as they are used");
  if (depth > LIMITS.settings_depth_max) return atTop(TOO_DEEP);
  if (value === null || typeof value !== "object") return undefined;
  for (const member of Object.values(value)) {
    const excess = findExcess(member, left, depth + 1);
    if (excess) return excess;
  }
  return undefined;
}

function placeOf(document: Document.Parsed, lines: LineCounter, path: SettingsPath): Place {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    const below: { place: Node; node: Node | null } | undefined = stepDown(document, node, step);
    if (!below) break;
    offset = below.place.range?.[0] ?? offset;
    node = below.node;
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function spanOf(document: Document.Parsed, path: SettingsPath): { from: number; until: number } | undefined {
  let node: Node | null = document.contents;
  for (const step of path) node = stepDown(document, node, step)?.node ?? null;
  return node?.range ? { from: node.range[0], until: node.range[1] } : undefined;
}

function stepDown(
  document: Document.Parsed,
  node: Node | null,
  step: string | number,
): { place: Node; node: Node | null } | undefined {
  const at = isAlias(node) ? node.resolve(document) : node;
  if (isMap<Node, Node | null>(at)) {
    const pair = pairsOf(at).get(String(step));
    return pair && { place: pair.key, node: pair.value };
  }
  if (!isSeq<Node>(at)) return undefined;
  const item = at.items[Number(step)];
  return item && { place: item, node: item };
}

type Mapping = YAMLMap<Node, Node | null>;

const indexes = new WeakMap<Mapping, ReadonlyMap<string, Mapping["items"][number]>>();

/** By key: a document with thousands of problems asks thousands of times for members of the same mapping. */
function pairsOf(mapping: Mapping): ReadonlyMap<string, Mapping["items"][number]> {
  const known = indexes.get(mapping);
  if (known) return known;
  const scalars = mapping.items.filter(({ key }) => isScalar(key));
  const index = new Map(scalars.map((pair) => [String((pair.key as Scalar).value), pair]));
  indexes.set(mapping, index);
  return index;
}

function atTop(message: string, suggestion?: string): SettingsProblem {
  return { path: "", message, line: 1, column: 1, ...(suggestion ? { suggestion } : {}) };
}

/** The parser's messages begin in upper case; ours continue a line that names the place. */
function sentence(message: string): string {
  const first = message.split("\n")[0] as string;
  return first.charAt(0).toLowerCase() + first.slice(1);
}
