// From declared routes to a running app: the same order for every route: door, body limit, schemas, handler, answer schema.
import { Problem } from "@holdfast/base";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import type { Services } from "../services.ts";
import { admit } from "./access.ts";
import { addressOf, type Env } from "./context.ts";
import { limitBody, requestId, securityHeaders } from "./layers.ts";
import { operationOf } from "./openapi.ts";
import { presentFailure, refuseInvalid } from "./problems.ts";
import { isRaw, paramNames, type Route } from "./route.ts";

/** An app with the layers that both ports share, and no routes yet. */
export function createApp(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: refuseInvalid });
  app.use(requestId(services.ids), securityHeaders());
  app.onError(presentFailure(services));
  return app;
}

export function mountRoutes(app: OpenAPIHono<Env>, routes: readonly Route[], services: Services): void {
  for (const route of routes) {
    const middleware = [door(services, route), limitBody(route)];
    app.openapi({ ...operationOf(route), middleware }, (context) => answer(services, route, context));
  }
  for (const [path, methods] of methodsByPath(routes)) {
    app.all(path.replaceAll(/\{(\w+)\}/g, ":$1"), (context) => {
      context.header("allow", methods.join(", "));
      throw new Problem("method_not_allowed", { detail: `Accepted here: ${methods.join(", ")}.` });
    });
  }
}

function door(services: Services, route: Route): MiddlewareHandler<Env> {
  return async (context, next) => {
    const { headers } = context.req.raw;
    context.set("who", await admit(services, route, { headers, workspace: context.req.param("workspace") }));
    await next();
  };
}

async function answer(services: Services, route: Route, context: Context<Env>): Promise<Response> {
  const reply = new Headers();
  const params = paramNames(route.path).map((name) => [name, context.req.param(name)]);
  const shown = await route.run({
    services,
    params: Object.fromEntries(params),
    who: context.get("who"),
    query: route.query && context.req.valid("query" as never),
    body: route.body && context.req.valid("json" as never),
    headers: context.req.raw.headers,
    address: addressOf(context),
    reply,
  });
  for (const [name, value] of reply) context.header(name, value, { append: true });
  if (isRaw(route.shows)) return await withoutUnasked(shown as Response, context.req.raw);
  if (!route.shows) return context.body(null, 204);
  return context.json(route.shows.parse(shown) as object, route.status as 200);
}

/** Hono answers HEAD by way of GET and drops the body unread, so a stream would stay open for nobody. */
async function withoutUnasked(response: Response, { method }: Request): Promise<Response> {
  if (method === "HEAD") await response.body?.cancel();
  return response;
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  return methods;
}
