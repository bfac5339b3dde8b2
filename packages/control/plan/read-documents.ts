// Documents that settings point at: API descriptions and JSON Schemas. A text that names a file is read through the same resolver
// as `${file:…}`; what is written in place is taken as it is. The plan carries the content, so no worker ever needs a file.
import { failed, LIMITS, ok, type Result } from "@holdfast/base";
import type { Settings } from "@holdfast/contract";
import { parse } from "yaml";
import type { SettingsPath } from "./json-schema.ts";
import { importApi } from "./openapi/import-api.ts";
import type { Api } from "./openapi/operations.ts";
import type { PathProblem } from "./problem.ts";
import type { SecretResolver } from "./references.ts";

/** By name of the service, and of the route. */
export type Documents = {
  apis: ReadonlyMap<string, Api>;
  schemas: ReadonlyMap<string, unknown>;
  /** For each route that was made from another (`from_openapi`): which. */
  templates: ReadonlyMap<string, string>;
  /** Descriptions whose schemas are known to compile. */
  proven: Set<Api>;
};

export const noDocuments = (): Documents => ({
  apis: new Map(),
  schemas: new Map(),
  templates: new Map(),
  proven: new Set(),
});

export async function readDocuments(
  { services, routes }: Settings,
  resolver: SecretResolver,
): Promise<{ documents: Documents; problems: PathProblem[] }> {
  const problems: PathProblem[] = [];
  const apis = new Map<string, Api>();
  for (const [name, { openapi }] of Object.entries(services)) {
    if (openapi === undefined) continue;
    const path = ["services", name, "openapi"];
    const api = await importApi(openapi, documentReader(resolver));
    if (api.ok) apis.set(name, api.value);
    else for (const message of api.error.slice(0, 20)) problems.push({ path, message });
  }
  const schemas = new Map<string, unknown>();
  for (const [name, { checks }] of Object.entries(routes)) {
    if (checks?.schema === undefined) continue;
    const schema = documentOf(checks.schema, documentReader(resolver));
    if (schema.ok) schemas.set(name, schema.value);
    else problems.push(problemAt(["routes", name, "checks", "schema"], schema.error));
  }
  return { documents: { ...noDocuments(), apis, schemas }, problems };
}

/** The text of a file that a document names. */
export type DocumentReader = (path: string) => Result<string, string>;

function documentReader({ document }: SecretResolver): DocumentReader {
  return (path) => document?.(path) ?? failed(`${path} cannot be read here: write the document itself in its place`);
}

/** A mapping as it is; a text with line breaks or braces is the document; any other text is the path of one. */
export function documentOf(given: string | Record<string, unknown>, read: DocumentReader): Result<unknown, string> {
  if (typeof given !== "string") return ok(given);
  const text = isDocument(given) ? ok(given) : read(given);
  return text.ok ? parseDocument(text.value) : text;
}

export function isDocument(text: string): boolean {
  return /^\s*\{|\n/.test(text);
}

/** JSON or YAML; aliases of aliases are refused by the parser. */
export function parseDocument(text: string): Result<unknown, string> {
  if (Buffer.byteLength(text) > LIMITS.openapi_bytes_max)
    return failed(`the document is larger than ${LIMITS.openapi_bytes_max} bytes`);
  try {
    return ok(/^\s*[{[]/.test(text) ? parseEither(text) : parse(text, { maxAliasCount: 100 }));
  } catch (error) {
    return failed(`the document is neither JSON nor YAML: ${(error as Error).message.split("\n")[0]}`);
  }
}

/** JSON is also YAML, but not the other way round: `{ a: b }` is YAML alone. */
function parseEither(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so it is YAML or the error of the YAML parser says what is wrong.
    return parse(text, { maxAliasCount: 100 });
  }
}

function problemAt(path: SettingsPath, message: string): PathProblem {
  return { path, message };
}
