// The API's description (OpenAPI 3.1), made from the same declarations that the routes run from.
import { OpenApiGeneratorV31, zodToOpenAPIRegistry } from "@asteasolutions/zod-to-openapi";
import type { RouteConfig } from "@hono/zod-openapi";
import { z } from "zod";
import { components } from "./components.ts";
import { ProblemBody } from "./problem-body.ts";
import { controlRoutes, publicRoutes } from "./registry.ts";
import { isRaw, paramNames, type Route } from "./route.ts";

const DOCUMENT = {
  openapi: "3.1.0",
  info: { title: "Holdfast", version: "1", description: "Times are milliseconds since the Unix epoch." },
  servers: [{ url: "http://127.0.0.1:8090", description: "The control port" }],
};
const PUBLIC_SERVERS = [{ url: "http://127.0.0.1:8081", description: "The public port" }];
const SECURITY_SCHEMES = {
  token: { type: "http", scheme: "bearer" },
  session: { type: "apiKey", in: "cookie", name: "holdfast.session_token" },
};

/** The whole API as one document. */
export function describeApi(): object {
  nameComponents();
  const routes = [
    ...controlRoutes.map(operationOf),
    ...publicRoutes.map((route) => ({ ...operationOf(route), servers: PUBLIC_SERVERS })),
  ];
  const definitions = [...componentDefinitions(), ...routes.map((route) => ({ type: "route" as const, route }))];
  const { paths, components: shapes } = new OpenApiGeneratorV31(definitions).generateDocument(DOCUMENT);
  const schemas = Object.fromEntries(Object.keys(components).map((name) => [name, shapes?.schemas?.[name]]));
  return mendNullable({ ...DOCUMENT, paths, components: { schemas, securitySchemes: SECURITY_SCHEMES } }) as object;
}

/**
 * Shapes before those that contain them: the library keeps a shape as it first meets it, and met as a field that may be null it
 * would be null everywhere.
 */
function componentDefinitions() {
  const definitions = Object.values(components).map((schema) => ({ type: "schema" as const, schema }));
  const countShapes = (definition: (typeof definitions)[number]): number =>
    Object.keys(new OpenApiGeneratorV31([definition]).generateComponents().components?.schemas ?? {}).length;
  return definitions
    .map((definition) => ({ definition, shapes: countShapes(definition) }))
    .toSorted((left, right) => left.shapes - right.shapes)
    .map(({ definition }) => definition);
}

/** One route as the OpenAPI tools want it. */
export function operationOf(route: Route): RouteConfig {
  const { method, path, summary, query } = route;
  const names = paramNames(path);
  const params = z.object(Object.fromEntries(names.map((name) => [name, z.string().min(1).max(200)])));
  const body = route.body && { required: true, content: { "application/json": { schema: route.body } } };
  return {
    method,
    path,
    summary: `${summary}. ${whoMayAsk(route)}`,
    ...(isOpen(route) ? {} : { security: [{ token: [] }, { session: [] }] }),
    request: { ...(names.length ? { params } : {}), ...(query ? { query } : {}), ...(body ? { body } : {}) },
    responses: {
      [route.status]: { description: "Done", ...contentOf(route) },
      default: { description: "A problem", content: { "application/problem+json": { schema: ProblemBody } } },
    },
  };
}

function isOpen({ access }: Route): boolean {
  return access === "public" || access === "anyone";
}

function whoMayAsk(route: Route): string {
  const { access } = route;
  if (isOpen(route)) return "Anyone may ask.";
  return access === "signed-in" ? "Whoever is signed in may ask." : `Needs the role ${access}.`;
}

function contentOf({ shows }: Route) {
  if (!shows) return {};
  if (isRaw(shows)) return { content: { [shows.content_type]: { schema: shows.of } } };
  return { content: { "application/json": { schema: shows } } };
}

/**
 * Names the schemas themselves, so that one that is used inside another is referred to instead of repeated. The library's own
 * way (`schema.openapi(name)`) works only for schemas that were made after the library was loaded.
 */
function nameComponents(): void {
  for (const [refId, schema] of Object.entries(components)) zodToOpenAPIRegistry.add(schema, { _internal: { refId } });
}

/**
 * A reference that may be null comes out of the library as `allOf: [<reference>, { type: [<type>, "null"] }]`, which nothing
 * null satisfies. It is written as the choice that it means.
 */
function mendNullable(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(mendNullable);
  if (typeof node !== "object" || node === null) return node;
  const mended = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, mendNullable(value)]));
  const [reference, addition] = Array.isArray(mended.allOf) ? mended.allOf : [];
  if (!reference?.$ref || !Array.isArray(addition?.type) || !addition.type.includes("null")) return mended;
  const said = addition.description ? { description: addition.description } : {};
  return { anyOf: [reference, { type: "null" }], ...said };
}
