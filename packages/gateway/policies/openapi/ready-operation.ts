// An operation made ready to check with. Its schemas are compiled when it is first called: a description may have thousands, and
// a new plan must not wait for all of them.
import type { PlanContent, PlanOpenapi, PlanOperation, PlanParameter } from "@holdfast/contract";
import { compileSchema, definitionsFor, type Validate } from "@holdfast/expressions";
import { isJson, mediaTypeOf } from "../body-reader.ts";
import { type Shape, shapeOf } from "./values.ts";

export type ReadyParameter = { parameter: PlanParameter; shape: Shape; validate: Validate };

/** How a body of one media type is looked at. `validate` undefined: any body of the type fits. */
export type ReadyContent = { form: "json" | "form" | "text" | "opaque"; shape: Shape; validate: Validate | undefined };

/** Undefined: a media type that is not described. */
type FindContent = (content_type: string | undefined) => ReadyContent | undefined;

export type ReadyOperation = {
  name: string;
  parameters(): readonly ReadyParameter[];
  /** Undefined: it takes no body. */
  body: { required: boolean; types: readonly string[]; content: FindContent } | undefined;
  /** Undefined: the status is not described. `content` undefined: any body. */
  response(status: number): { content: FindContent | undefined } | undefined;
};

export function readyOperation(operation: PlanOperation, { schemas }: PlanOpenapi): ReadyOperation {
  const { name, body, responses } = operation;
  const parameters = once(() => operation.parameters.map((parameter) => readyParameter(parameter, schemas)));
  const found = new Map<string, { content: FindContent | undefined }>();
  for (const [status, { content }] of Object.entries(responses))
    found.set(status, { content: content && contentFinder(content, { side: "response", schemas }) });
  return {
    name,
    parameters,
    body: body && {
      required: body.required,
      types: Object.keys(body.content),
      content: contentFinder(body.content, { side: "request", schemas }),
    },
    response: (status) =>
      found.get(String(status)) ?? found.get(`${Math.floor(status / 100)}XX`) ?? found.get("default"),
  };
}

function readyParameter(parameter: PlanParameter, schemas: PlanOpenapi["schemas"]): ReadyParameter {
  const place = `${parameter.in}/${parameter.name}`;
  return {
    parameter,
    shape: shapeOf(parameter.schema, schemas),
    validate: compiled(parameter.schema, { place, side: "request", schemas }),
  };
}

type Side = "request" | "response";
type Parts = { side: Side; schemas: PlanOpenapi["schemas"] };

function contentFinder(content: PlanContent, parts: Parts): FindContent {
  const ready = new Map<string, () => ReadyContent>();
  for (const [type, { schema }] of Object.entries(content))
    ready.set(
      type,
      once(() => readyContent(type, schema, parts)),
    );
  return (content_type) => {
    const type = mediaTypeOf(content_type);
    if (type === undefined) return undefined;
    const range = `${type.slice(0, type.indexOf("/"))}/*`;
    const found = (ready.get(type) ?? ready.get(range) ?? ready.get("*/*"))?.();
    // Under a range, what the body is depends on its own type.
    return found && { ...found, form: formOf(type) };
  };
}

function readyContent(type: string, schema: unknown, { side, schemas }: Parts): ReadyContent {
  const validate = schema === undefined ? undefined : compiled(schema, { place: "body", side, schemas });
  return { form: formOf(type), shape: shapeOf(schema, schemas), validate };
}

function formOf(type: string): ReadyContent["form"] {
  if (isJson(type)) return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  return type.startsWith("text/") ? "text" : "opaque";
}

/** The control plane compiled the same before the plan was made. */
function compiled(schema: unknown, { place, side, schemas }: Parts & { place: string }): Validate {
  const definitions = definitionsFor(schema, schemas);
  const own = Object.fromEntries(
    Object.entries(definitions).map(([name, each]) => [name, directed(each, side, schemas)]),
  );
  const result = compileSchema(directed(schema, side, schemas), { draft: "2020-12", place, definitions: own });
  if (!result.ok) throw new Error(`${place}: ${result.error}`);
  return result.value;
}

type Node = Record<string, unknown>;

/** A member that only answers have (`readOnly`) is never required of a request, and the other way round. */
function directed(schema: unknown, side: Side, schemas: PlanOpenapi["schemas"]): unknown {
  if (Array.isArray(schema)) return schema.map((each) => directed(each, side, schemas));
  if (!isNode(schema)) return schema;
  const made: Node = {};
  for (const [key, member] of Object.entries(schema))
    made[key] = key === "enum" || key === "const" ? member : directed(member, side, schemas);
  const { required, properties } = schema;
  if (!Array.isArray(required) || !isNode(properties)) return made;
  const other = side === "request" ? "readOnly" : "writeOnly";
  made.required = required.filter((name) => followed(properties[String(name)], schemas)[other] !== true);
  return made;
}

function followed(schema: unknown, schemas: PlanOpenapi["schemas"]): Node {
  if (!isNode(schema)) return {};
  if (typeof schema.$ref !== "string" || schema.readOnly !== undefined || schema.writeOnly !== undefined) return schema;
  const target = schemas[schema.$ref.slice("#/$defs/".length)];
  return isNode(target) ? target : {};
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
