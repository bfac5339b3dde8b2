// JSON Schema (2020-12, and draft-07 where a schema says so) compiled to a function: ajv, with patterns in linear time, without
// reading anything from outside, and with a cost that the data's sender cannot blow up.
import { type FieldError, failed, LIMITS, ok, type Result } from "@holdfast/base";
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { safePattern } from "./pattern.ts";

export type Draft = "2020-12" | "draft-07";

/** `thorough`: look for every violation, at most `LIMITS.violations_max`; otherwise for the first. */
export type Validate = (value: unknown, thorough: boolean) => FieldError[];

export type SchemaParts = {
  draft: Draft;
  /** What the paths of violations begin with: body, query. */
  place: string;
  /** Schemas that may be referred to as `#/$defs/<name>`. */
  definitions?: Readonly<Record<string, unknown>>;
};

type SchemaObject = Record<string, unknown>;

/** The dialect that a schema names; an error for those that are not known. */
export function draftOf(schema: unknown): Result<Draft, string> {
  const named = isObject(schema) ? schema.$schema : undefined;
  if (named === undefined) return ok("2020-12");
  const text = String(named)
    .replace(/#$/, "")
    .replace(/^https?:/, "");
  if (text === "//json-schema.org/draft/2020-12/schema") return ok("2020-12");
  if (text === "//json-schema.org/draft-07/schema") return ok("draft-07");
  return failed(`$schema ${String(named)} is not known: 2020-12 and draft-07 are`);
}

/** Errors: too large, not valid as a schema, refers to something outside, has a pattern that is not linear. */
export function compileSchema(schema: unknown, parts: SchemaParts): Result<Validate, string> {
  const whole = withDefinitions(schema, parts.definitions);
  const text = JSON.stringify(whole) ?? "";
  if (Buffer.byteLength(text) > LIMITS.schema_bytes_max && !parts.definitions)
    return failed(`the schema is larger than ${LIMITS.schema_bytes_max} bytes`);
  const outside = outsideReference(whole);
  if (outside !== undefined) return failed(`the schema refers to ${outside}; only what is in it can be referred to`);
  try {
    return ok(validatorOf(whole, parts));
  } catch (error) {
    return failed(`the schema does not compile: ${(error as Error).message}`);
  }
}

function withDefinitions(schema: unknown, definitions: SchemaParts["definitions"]): SchemaObject | boolean {
  if (typeof schema === "boolean") return schema;
  if (!isObject(schema)) return false;
  return definitions ? { ...schema, $defs: { ...definitions, ...(schema.$defs as SchemaObject | undefined) } } : schema;
}

/** The second compilation is made when something is first found wrong. */
function validatorOf(schema: SchemaObject | boolean, { draft, place }: SchemaParts): Validate {
  const first = engine(draft, false).compile(schema);
  let all: ValidateFunction | undefined;
  return (value, thorough) => {
    if (first(value)) return [];
    if (!thorough) return violationsOf(first.errors, place);
    all ??= engine(draft, true).compile(schema);
    all(value);
    return violationsOf(all.errors, place);
  };
}

function engine(draft: Draft, all_errors: boolean): Ajv {
  const options: Options = {
    strict: false,
    allErrors: all_errors,
    addUsedSchema: false,
    logger: false,
    // In place of `new RegExp`: no pattern, whoever wrote it, may backtrack on what a client sends.
    code: { regExp: Object.assign((pattern: string) => safePattern(pattern), { code: "undefined" }) },
  };
  const ajv: Ajv = draft === "draft-07" ? new Ajv(options) : new Ajv2020(options);
  // The plain call is typed on the CommonJS namespace.
  (ajvFormats as unknown as (ajv: Ajv, options: { mode: "fast" }) => void)(ajv, { mode: "fast" });
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    error: { message: "must not have the same item twice" },
    validate: unique,
  });
  return ajv;
}

/** ajv compares every item with every other; a sender could make that minutes. Through their canonical text it is linear. */
function unique(wanted: boolean, items: unknown[]): boolean {
  return !wanted || new Set(items.map(canonical)).size === items.length;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

function violationsOf(errors: ErrorObject[] | null | undefined, place: string): FieldError[] {
  return (errors ?? []).slice(0, LIMITS.violations_max).map((error) => ({
    path: `${place}${error.instancePath}`,
    message: messageOf(error),
  }));
}

/** What is expected, with the name or values that it is about; never a part of the data. */
function messageOf({ keyword, message, params }: ErrorObject): string {
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties")
    return `must not have the member ${shown(params.additionalProperty ?? params.unevaluatedProperty)}`;
  if (keyword === "enum")
    return `must be one of ${(params.allowedValues as unknown[]).slice(0, 20).map(shown).join(", ")}`;
  if (keyword === "const") return `must be ${shown(params.allowedValue)}`;
  return message ?? "does not fit its schema";
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

const REFERENCES = ["$ref", "$dynamicRef", "$recursiveRef"];

/** The first reference that leaves the schema. An `$id` inside would let a relative reference mean something outside. */
function outsideReference(schema: unknown): string | undefined {
  if (Array.isArray(schema)) return firstOf(schema);
  if (!isObject(schema)) return undefined;
  for (const keyword of REFERENCES) {
    const target = schema[keyword];
    if (typeof target === "string" && !target.startsWith("#")) return target;
  }
  return firstOf(Object.entries(schema).flatMap(([key, member]) => (isData(key) ? [] : [member])));
}

/** Members of a schema that hold data and not schemas. */
function isData(key: string): boolean {
  return key === "const" || key === "enum" || key === "default" || key === "example" || key === "examples";
}

function firstOf(schemas: unknown[]): string | undefined {
  for (const schema of schemas) {
    const found = outsideReference(schema);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is SchemaObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
