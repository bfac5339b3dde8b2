// What a route asks of requests and answers, into what the gateway checks. Schemas are compiled here once, so that one which does
// not compile is a problem of the settings and never of a call.
import { failed, LIMITS, ok, type Result } from "@holdfast/base";
import {
  type PlanChecks,
  type PlanOpenapi,
  type PlanOperation,
  type PlanSchema,
  pathsOf,
  type RouteSettings,
} from "@holdfast/contract";
import { compileSchema, definitionsFor, draftOf } from "@holdfast/expressions";
import type { Bench } from "./compile-subjects.ts";
import type { SettingsPath } from "./json-schema.ts";
import type { Api } from "./openapi/operations.ts";
import { basePathOf, overlaps, routePath } from "./openapi/paths.ts";

export function compileChecks(name: string, route: RouteSettings, bench: Bench): { checks?: PlanChecks } {
  const { content_types, json, hostile } = route.checks ?? {};
  const schema = bodySchema(name, bench);
  const openapi = compileOpenapi(route, ["routes", name, "checks", "openapi"], bench);
  const checks: PlanChecks = {
    ...(content_types ? { content_types } : {}),
    ...(json ? { json } : {}),
    ...(schema ? { schema } : {}),
    ...(openapi ? { openapi } : {}),
    ...(hostile ? { hostile } : {}),
  };
  return Object.keys(checks).length > 0 ? { checks } : {};
}

/** A route that was made from a template has the template's schema. */
function bodySchema(name: string, { documents, problems }: Bench): PlanSchema | undefined {
  const schema = documents.schemas.get(documents.templates.get(name) ?? name);
  if (schema === undefined) return undefined;
  const draft = draftOf(schema);
  const compiled: Result<unknown, string> = draft.ok
    ? compileSchema(schema, { draft: draft.value, place: "body" })
    : draft;
  if (draft.ok && compiled.ok) return { draft: draft.value, schema };
  const message = compiled.ok ? "" : compiled.error;
  problems.push({ path: ["routes", name, "checks", "schema"], message });
  return undefined;
}

function compileOpenapi(route: RouteSettings, path: SettingsPath, bench: Bench): PlanOpenapi | undefined {
  const { to, checks } = route;
  const asked = checks?.openapi;
  const api = to === undefined ? undefined : bench.documents.apis.get(to);
  if (!api) {
    const is_declared = to !== undefined && bench.settings.services[to]?.openapi !== undefined;
    if (asked && !is_declared)
      bench.problems.push({
        path,
        message: "the service of this route has no API description",
        suggestion: "add `openapi` to the service",
      });
    return undefined;
  }
  const base_path = basePathOf(route, api);
  const operations = operationsOf(route, base_path, api);
  const { requests = "enforce", responses = "off" } = asked ?? {};
  if (requests === "off" && responses === "off") return undefined;
  if (operations.length === 0)
    bench.problems.push({
      path,
      message: "no operation of the API description can be reached over this route, so every call would be refused",
      suggestion: `its paths begin after ${base_path || "/"}; say otherwise with \`base_path\``,
    });
  const schemas = schemasOf(operations, api);
  if (!bench.documents.proven.has(api)) proveSchemas(api, to as string, bench);
  return { requests, responses, base_path, operations, schemas };
}

function operationsOf({ match }: RouteSettings, base_path: string, { operations }: Api): PlanOperation[] {
  const methods = match.methods as readonly string[] | undefined;
  return operations.filter((operation) => {
    const is_taken =
      !methods || methods.includes(operation.method) || (operation.method === "HEAD" && methods.includes("GET"));
    return is_taken && pathsOf(match).some((own) => overlaps(own, routePath(base_path, operation)));
  });
}

function schemasOf(operations: PlanOperation[], { schemas }: Api): Record<string, unknown> {
  return definitionsFor(operations.map(schemasIn), schemas);
}

function schemasIn({ parameters, body, responses }: PlanOperation): unknown[] {
  const contents = [body?.content, ...Object.values(responses).map(({ content }) => content)];
  const bodies = contents.flatMap((content) => Object.values(content ?? {}).map(({ schema }) => schema));
  return [...parameters.map(({ schema }) => schema), ...bodies];
}

/** Once for each description, however many routes use it. */
function proveSchemas(api: Api, service: string, { documents, problems }: Bench): void {
  documents.proven.add(api);
  for (const operation of api.operations)
    for (const schema of schemasIn(operation)) {
      const compiled = compileWithin(schema, api);
      if (compiled.ok) continue;
      problems.push({ path: ["services", service, "openapi"], message: `${operation.name}: ${compiled.error}` });
      if (problems.length > LIMITS.settings_problems_max) return;
    }
}

function compileWithin(schema: unknown, { schemas }: Api): Result<unknown, string> {
  if (schema === undefined) return ok(undefined);
  if (schema === null || typeof schema !== "object")
    return typeof schema === "boolean" ? ok(schema) : failed("a schema is not a mapping");
  return compileSchema(schema, { draft: "2020-12", place: "body", definitions: definitionsFor(schema, schemas) });
}
