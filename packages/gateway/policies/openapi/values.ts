// Text of parameters and forms as the values that their schemas speak of (OpenAPI 3.1 section 4.8.12.3). Pure.
import type { PlanParameter } from "@holdfast/contract";

type Node = Record<string, unknown>;

/** What a schema says of the form of its values. `types` empty: anything. */
export type Shape = { types: ReadonlySet<string>; items: Shape | undefined; properties: ReadonlyMap<string, Shape> };

const ANY: Shape = { types: new Set(), items: undefined, properties: new Map() };
const DEPTH_MAX = 8;

/** References lead into `schemas`, as `#/$defs/<name>`. */
export function shapeOf(schema: unknown, schemas: Readonly<Record<string, unknown>>, depth = 0): Shape {
  if (!isNode(schema) || depth > DEPTH_MAX) return ANY;
  if (typeof schema.$ref === "string") {
    const name = decodeURIComponent(schema.$ref.slice("#/$defs/".length));
    return shapeOf(Object.hasOwn(schemas, name) ? schemas[name] : undefined, schemas, depth + 1);
  }
  const parts = ["allOf", "anyOf", "oneOf"].flatMap((key) =>
    Array.isArray(schema[key]) ? (schema[key] as unknown[]) : [],
  );
  const inner = parts.map((part) => shapeOf(part, schemas, depth + 1));
  const own = schema.type === undefined ? [] : [schema.type].flat().map(String);
  const properties = Object.entries(isNode(schema.properties) ? schema.properties : {});
  return {
    types: new Set([...own, ...inner.flatMap(({ types }) => [...types])]),
    items:
      schema.items === undefined ? inner.find(({ items }) => items)?.items : shapeOf(schema.items, schemas, depth + 1),
    properties: new Map([
      ...inner.flatMap((shape) => [...shape.properties]),
      ...properties.map(([name, each]): [string, Shape] => [name, shapeOf(each, schemas, depth + 1)]),
    ]),
  };
}

const NUMBER = /^-?(0|[1-9][0-9]{0,307})(\.[0-9]{1,308})?([eE][+-]?[0-9]{1,3})?$/;

/** Text that cannot be of the wanted type stays text, and its schema says what is wrong. */
function typedValue(text: string, { types }: Shape): unknown {
  if (types.has("string") || types.size === 0) return text;
  if ((types.has("integer") || types.has("number")) && text.length < 400 && NUMBER.test(text)) return Number(text);
  if (types.has("boolean") && (text === "true" || text === "false")) return text === "true";
  if (types.has("null") && text === "null") return null;
  return text;
}

/** Names and values of a query or form, decoded; undefined when an escape is broken. */
export type Pairs = readonly { name: string; raw: string }[];

export function pairsOf(text: string, separator: string): Pairs | undefined {
  const pairs: { name: string; raw: string }[] = [];
  for (const part of text.split(separator)) {
    const trimmed = separator === ";" ? part.trim() : part;
    if (trimmed === "") continue;
    const equals = trimmed.indexOf("=");
    const name = decoded(equals < 0 ? trimmed : trimmed.slice(0, equals));
    if (name === undefined) return undefined;
    pairs.push({ name, raw: equals < 0 ? "" : trimmed.slice(equals + 1) });
  }
  return pairs;
}

/** `+` is a space in queries and forms. */
function decoded(raw: string, plus_is_space = true): string | undefined {
  try {
    return decodeURIComponent(plus_is_space ? raw.replaceAll("+", " ") : raw);
  } catch {
    // A broken escape is an expected mistake of a client; undefined says so.
    return undefined;
  }
}

/** absent: not sent. fault: sent in a form that cannot be read. */
export type Read = { value: unknown } | { fault: string } | "absent";

/** `texts`: raw values under the parameter's name. `all`: everything of the same place, for objects spread over several names. */
export function readParameter(parameter: PlanParameter, shape: Shape, sent: { texts: string[]; all: Pairs }): Read {
  const { style, explode } = parameter;
  if (parameter.in === "query" && style === "deepObject") return deepObject(parameter.name, shape, sent.all);
  const is_object = shape.types.has("object") && !parameter.json;
  if (is_object && style === "form" && explode) return spreadObject(shape, sent.all);
  if (sent.texts.length === 0) return "absent";
  if (parameter.json) return sent.texts.length === 1 ? jsonOf(sent.texts[0] as string, parameter) : REPEATED;
  if (shape.types.has("array") && style === "form" && explode) return listOf(sent.texts, shape, parameter);
  if (sent.texts.length > 1) return REPEATED;
  const text = plainText(sent.texts[0] as string, parameter);
  if (text === undefined) return { fault: `is not in the style ${style}` };
  if (shape.types.has("array")) return listOf(splitList(text, parameter), shape, parameter);
  if (is_object) return objectOf(splitList(text, parameter), shape, parameter);
  const value = decoded(text, parameter.in === "query");
  return value === undefined ? BROKEN : { value: typedValue(value, shape) };
}

const REPEATED: Read = { fault: "is given more than once" };
const BROKEN: Read = { fault: "has a broken escape" };

/** Without the mark that its style puts before it; undefined when the mark is missing. */
function plainText(text: string, { style, name }: PlanParameter): string | undefined {
  if (style === "label") return text.startsWith(".") ? text.slice(1) : undefined;
  if (style !== "matrix") return text;
  return text.startsWith(`;${name}=`) ? text.slice(name.length + 2) : undefined;
}

function splitList(text: string, { style, explode, name }: PlanParameter): string[] {
  if (style === "label" && explode) return text.split(".");
  if (style === "matrix" && explode) return text.split(`;${name}=`);
  if (style === "spaceDelimited") return text.replaceAll("+", "%20").replaceAll(" ", "%20").split("%20");
  if (style === "pipeDelimited") return text.replaceAll("|", "%7C").split(/%7C/i);
  return text.split(",");
}

function listOf(texts: string[], { items }: Shape, parameter: PlanParameter): Read {
  const list: unknown[] = [];
  for (const text of texts) {
    const value = decoded(text, parameter.in === "query");
    if (value === undefined) return BROKEN;
    list.push(typedValue(value, items ?? ANY));
  }
  return { value: list };
}

/** `a,1,b,2`, or `a=1,b=2` with `explode`. */
function objectOf(parts: string[], { properties }: Shape, { explode, in: place }: PlanParameter): Read {
  const made: [string, unknown][] = [];
  for (let at = 0; at < parts.length; at += explode ? 1 : 2) {
    const part = parts[at] as string;
    const equals = part.indexOf("=");
    const [name, raw] = explode
      ? [part.slice(0, Math.max(equals, 0)), part.slice(equals + 1)]
      : [part, parts[at + 1] ?? ""];
    const [key, value] = [decoded(name, place === "query"), decoded(raw, place === "query")];
    if (key === undefined || value === undefined) return BROKEN;
    made.push([key, typedValue(value, properties.get(key) ?? ANY)]);
  }
  return { value: Object.fromEntries(made) };
}

function spreadObject({ properties }: Shape, all: Pairs): Read {
  const own = all.filter(({ name }) => properties.has(name));
  return own.length === 0 ? "absent" : fromPairs(own, properties);
}

/** `filter[a]=1&filter[b]=2` */
function deepObject(name: string, { properties }: Shape, all: Pairs): Read {
  const own = all.flatMap((pair) => {
    const is_own = pair.name.startsWith(`${name}[`) && pair.name.endsWith("]");
    return is_own ? [{ name: pair.name.slice(name.length + 1, -1), raw: pair.raw }] : [];
  });
  return own.length === 0 ? "absent" : fromPairs(own, properties);
}

/** Values of one name more than once are a list where the schema has one. */
export function fromPairs(pairs: Pairs, properties: Shape["properties"]): Read {
  const made = new Map<string, unknown>();
  for (const { name, raw } of pairs) {
    const text = decoded(raw);
    if (text === undefined) return BROKEN;
    const shape = properties.get(name) ?? ANY;
    const before = made.get(name);
    if (shape.types.has("array"))
      made.set(name, [...((before as unknown[] | undefined) ?? []), typedValue(text, shape.items ?? ANY)]);
    else if (made.has(name)) return { fault: `has ${name} more than once` };
    else made.set(name, typedValue(text, shape));
  }
  return { value: Object.fromEntries(made) };
}

function jsonOf(text: string, { in: place }: PlanParameter): Read {
  const json = decoded(text, place === "query");
  if (json === undefined) return BROKEN;
  try {
    return { value: JSON.parse(json) };
  } catch {
    // What a client sends may be anything; the fault tells it.
    return { fault: "is not JSON" };
  }
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
