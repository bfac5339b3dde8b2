// Schemas of an OpenAPI description as JSON Schema 2020-12: what 3.0 says in its own words is translated, what only documents is
// left out, and references point into `#/$defs`.
import type { ApiVersion } from "./import-api.ts";

type Node = Record<string, unknown>;

/** Members whose values are mappings from names to schemas. */
const NAMED = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
/** Members that hold data. */
const DATA = new Set(["const", "enum", "required", "dependentRequired", "type", "format", "pattern"]);
/** Members that no validation reads. */
const DOCUMENTATION = new Set([
  "$comment",
  "$id",
  "$schema",
  "contentSchema",
  "default",
  "deprecated",
  "description",
  "discriminator",
  "example",
  "examples",
  "externalDocs",
  "title",
  "xml",
]);

/** Deepest nesting of one schema; deeper ones refer to themselves without a name. */
const DEPTH_MAX = 200;

export type SchemaReader = (schema: unknown) => unknown;

/** `look` follows a reference that is not to a schema of its own name. Throws a sentence about what cannot be read. */
export function schemaReader(version: ApiVersion, look: (pointer: string) => unknown): SchemaReader {
  const read = (schema: unknown, depth: number): unknown => {
    if (depth > DEPTH_MAX) throw new Error(`a schema is nested deeper than ${DEPTH_MAX}`);
    if (Array.isArray(schema)) return schema.map((each) => read(each, depth + 1));
    if (!isNode(schema)) return schema;
    const reference = referenceOf(schema, look);
    if (reference.inline) return read(reference.inline, depth + 1);
    // In 3.0, what stands beside a reference is ignored.
    if (reference.$ref !== undefined && version === "3.0") return { $ref: reference.$ref };
    const made: Node = reference.$ref === undefined ? {} : { $ref: reference.$ref };
    for (const [key, member] of Object.entries(version === "3.0" ? translated(schema) : schema)) {
      if (key === "$ref" || DOCUMENTATION.has(key) || key.startsWith("x-")) continue;
      if (NAMED.has(key) && isNode(member)) made[key] = readNamed(member, depth);
      else made[key] = DATA.has(key) ? member : read(member, depth + 1);
    }
    return made;
  };
  const readNamed = (named: Node, depth: number): Node =>
    Object.fromEntries(Object.entries(named).map(([name, schema]) => [name, read(schema, depth + 1)]));
  return (schema) => read(schema, 0);
}

const COMPONENT = "#/components/schemas/";

function referenceOf(schema: Node, look: (pointer: string) => unknown): { $ref?: string; inline?: unknown } {
  const { $ref } = schema;
  if (typeof $ref !== "string") return {};
  if ($ref.startsWith(COMPONENT)) return { $ref: `#/$defs/${$ref.slice(COMPONENT.length)}` };
  if ($ref.startsWith("#/")) return { inline: look($ref) };
  return { $ref };
}

/** OpenAPI 3.0.4 section 4.7.24: `nullable`, and exclusive bounds as flags. */
function translated({ nullable, exclusiveMinimum, exclusiveMaximum, ...schema }: Node): Node {
  const made: Node = { ...schema };
  if (exclusiveMinimum === true) {
    made.exclusiveMinimum = made.minimum;
    delete made.minimum;
  }
  if (exclusiveMaximum === true) {
    made.exclusiveMaximum = made.maximum;
    delete made.maximum;
  }
  if (nullable !== true || typeof schema.type !== "string") return made;
  made.type = [schema.type, "null"];
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) made.enum = [...schema.enum, null];
  return made;
}

export function isNode(value: unknown): value is Node {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
