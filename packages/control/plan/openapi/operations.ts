// The operations of one bundled API description, as plain data: what a request to each may be and what answers it has.
import { failed, LIMITS, ok, type Result } from "@holdfast/base";
import type { PlanContent, PlanOperation, PlanParameter, PlanSegment } from "@holdfast/contract";
import type { ApiVersion } from "./import-api.ts";
import { isNode, type SchemaReader, schemaReader } from "./schemas.ts";

/** `base_path`: the path of the first server, without a trailing slash. */
export type Api = { base_path: string; operations: PlanOperation[]; schemas: Record<string, unknown> };

type Node = Record<string, unknown>;
type Reading = { document: Node; schema: SchemaReader };

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

export function readOperations(document: unknown, version: ApiVersion): Result<Api, string[]> {
  const root = node(document);
  const reading: Reading = { document: root, schema: schemaReader(version, (pointer) => look(root, pointer)) };
  const problems: string[] = [];
  const operations: PlanOperation[] = [];
  for (const [path, item] of Object.entries(node(root.paths)))
    for (const [method, operation] of operationsOf(followed(item, reading)))
      try {
        operations.push(readOperation({ path, method, item: followed(item, reading), operation }, reading));
      } catch (error) {
        problems.push(`${method.toUpperCase()} ${path}: ${(error as Error).message}`);
      }
  if (operations.length > LIMITS.openapi_operations_max)
    problems.push(`has ${operations.length} operations; at most ${LIMITS.openapi_operations_max} are read`);
  const schemas = readSchemas(reading, problems);
  return problems.length > 0 ? failed(problems) : ok({ base_path: basePath(root), operations, schemas });
}

function readSchemas({ document, schema }: Reading, problems: string[]): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(node(node(document.components).schemas)))
    try {
      made[name] = schema(each);
    } catch (error) {
      problems.push(`components.schemas.${name}: ${(error as Error).message}`);
    }
  return made;
}

function operationsOf(item: Node): [string, Node][] {
  const known = METHODS.flatMap((method): [string, Node][] =>
    isNode(item[method]) ? [[method, node(item[method])]] : [],
  );
  const more = Object.entries(node(item.additionalOperations)).map(([method, each]): [string, Node] => [
    method,
    node(each),
  ]);
  return [...known, ...more];
}

type Place = { path: string; method: string; item: Node; operation: Node };

function readOperation({ path, method, item, operation }: Place, reading: Reading): PlanOperation {
  const parameters = new Map<string, PlanParameter>();
  for (const each of [...list(item.parameters), ...list(operation.parameters)]) {
    const parameter = readParameter(followed(each, reading), reading);
    // A header that the protocol has its own rules for is not described here (OpenAPI 3.1 section 4.8.12.2).
    if (!isIgnored(parameter)) parameters.set(`${parameter.in}:${parameter.name}`, parameter);
  }
  const body = operation.requestBody === undefined ? undefined : followed(operation.requestBody, reading);
  return {
    name: typeof operation.operationId === "string" ? operation.operationId : `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    segments: readPath(path),
    parameters: [...parameters.values()],
    ...(body ? { body: { required: body.required === true, content: readContent(body.content, reading) ?? {} } } : {}),
    responses: Object.fromEntries(
      Object.entries(node(operation.responses)).map(([status, each]) => {
        const content = readContent(followed(each, reading).content, reading);
        return [status.toUpperCase().replace("DEFAULT", "default"), content ? { content } : {}];
      }),
    ),
  };
}

function isIgnored(parameter: PlanParameter): boolean {
  return parameter.in === "header" && ["accept", "content-type", "authorization"].includes(parameter.name);
}

const PLACES = ["path", "query", "header", "cookie"] as const;
const STYLES = ["simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject"] as const;

function readParameter(given: Node, { document, schema }: Reading): PlanParameter {
  const place = PLACES.find((each) => each === given.in);
  if (!place) throw new Error(`parameters in ${String(given.in)} are not supported`);
  const name = String(given.name);
  const style = STYLES.find((each) => each === (given.style ?? styleOf(place)));
  if (!style) throw new Error(`the style ${String(given.style)} of parameter ${name} is not supported`);
  const [media_type, content] = Object.entries(node(given.content))[0] ?? [];
  if (media_type !== undefined && !isJson(media_type))
    throw new Error(`parameter ${name} as ${media_type} is not supported; JSON is`);
  const own = media_type === undefined ? given.schema : node(followed(content, { document, schema })).schema;
  return {
    in: place,
    name: place === "header" ? name.toLowerCase() : name,
    required: given.required === true || place === "path",
    style,
    explode: typeof given.explode === "boolean" ? given.explode : style === "form",
    json: media_type !== undefined,
    schema: schema(own ?? {}),
  };
}

function styleOf(place: PlanParameter["in"]): string {
  return place === "path" || place === "header" ? "simple" : "form";
}

function isJson(media_type: string): boolean {
  return /^application\/(.+\+)?json\b/i.test(media_type);
}

function readContent(content: unknown, reading: Reading): PlanContent | undefined {
  if (!isNode(content) || Object.keys(content).length === 0) return undefined;
  return Object.fromEntries(
    Object.entries(content).map(([media_type, each]) => {
      const own = followed(each, reading).schema;
      const essence = (media_type.split(";")[0] as string).trim().toLowerCase();
      return [essence, own === undefined ? {} : { schema: reading.schema(own) }];
    }),
  );
}

function readPath(path: string): PlanSegment[] {
  if (!path.startsWith("/")) throw new Error("the path does not begin with /");
  return path
    .slice(1)
    .split("/")
    .map((segment): PlanSegment => {
      const [, before, parameter, after] = /^([^{}]*)\{([^{}]+)\}([^{}]*)$/.exec(segment) ?? [];
      if (parameter !== undefined) return { parameter, before: before ?? "", after: after ?? "" };
      if (/[{}]/.test(segment)) throw new Error(`more than one parameter in the segment ${segment} is not supported`);
      return { literal: segment };
    });
}

/** Servers may be absolute, relative, or have variables, whose defaults count. */
function basePath({ servers }: Node): string {
  const first = node(list(servers)[0]);
  if (typeof first.url !== "string") return "";
  const url = first.url.replace(/\{([^{}]+)\}/g, (_, name: string) =>
    String(node(node(first.variables)[name]).default ?? ""),
  );
  const path = /^([a-z][a-z0-9+.-]*:)?(\/\/[^/?#]*)?([^?#]*)/i.exec(url)?.[3] ?? "";
  const plain = path.replace(/\/+$/, "");
  return plain === "" || plain.startsWith("/") ? plain : `/${plain}`;
}

/** Whatever a reference leads to, chains included. */
function followed(given: unknown, { document }: Pick<Reading, "document" | "schema">): Node {
  let at = node(given);
  for (let hops = 0; typeof at.$ref === "string"; hops++) {
    if (hops > 20) throw new Error(`the reference ${at.$ref} leads in a circle`);
    at = node(look(document, at.$ref));
  }
  return at;
}

function look(document: Node, pointer: string): unknown {
  let at: unknown = document;
  for (const step of pointer.replace(/^#\/?/, "").split("/")) {
    const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (at === null || typeof at !== "object" || !Object.hasOwn(at, key)) throw new Error(`${pointer} leads nowhere`);
    at = (at as Node)[key];
  }
  return at;
}

function node(value: unknown): Node {
  return isNode(value) ? value : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
