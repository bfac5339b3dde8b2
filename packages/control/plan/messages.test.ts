import { failed, ok } from "@holdfast/base";
import type { PlanRoute } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { readCandidate } from "./held-settings.ts";
import type { SecretResolver } from "./references.ts";

const FILES: Record<string, string> = {
  "./orders.openapi.yaml": `openapi: 3.0.3
info: { title: Orders, version: "1" }
servers: [{ url: "https://{host}/v1/", variables: { host: { default: api.example.com } } }]
paths:
  /orders:
    get:
      operationId: listOrders
      parameters: [{ name: limit, in: query, schema: { type: integer, maximum: 100, exclusiveMaximum: true } }]
      responses: { "200": { description: ok } }
    post:
      operationId: createOrder
      requestBody: { $ref: "./parts.yaml#/components/requestBodies/NewOrder" }
      responses: { "201": { description: ok } }
  /orders/{id}:
    parameters: [{ $ref: "./parts.yaml#/components/parameters/Id" }]
    get: { responses: { default: { description: ok } } }
`,
  "parts.yaml": `components:
  parameters: { Id: { name: id, in: path, required: true, schema: { type: string, nullable: true } } }
  requestBodies:
    NewOrder: { required: true, content: { application/json; charset=utf-8: { schema: { $ref: "#/components/schemas/Order" } } } }
  schemas:
    Order:
      type: object
      required: [item]
      properties: { item: { type: string, pattern: "^[a-z]+$" }, part_of: { $ref: "#/components/schemas/Order" } }
`,
  "./order.schema.json": `{ "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["id"] }`,
  "./remote.yaml": `openapi: 3.1.0
info: { title: x, version: "1" }
paths: { /a: { get: { responses: { "200": { description: ok, content: { application/json: { schema: { $ref: "https://example.com/a.yaml" } } } } } } } }
`,
  "./swagger.yaml": `swagger: "2.0"
paths: {}
`,
  "./pattern.yaml": `openapi: 3.1.0
info: { title: x, version: "1" }
paths: { /a: { get: { operationId: a, parameters: [{ name: q, in: query, schema: { type: string, pattern: "(a)\\\\1" } }], responses: {} } } }
`,
};

const secrets: SecretResolver = {
  env: (name) => failed(`no ${name}`),
  file: (path) => failed(`no ${path}`),
  document: (path) => (FILES[path] === undefined ? failed(`file ${path} cannot be read (ENOENT)`) : ok(FILES[path])),
};

const services = (openapi = "") =>
  `services: { shop: { ${openapi} releases: { v1: { upstreams: ["http://127.0.0.1:9001"] } } }, users: { releases: { v1: { upstreams: ["http://127.0.0.1:9002"] } } } }`;

const WITH_API = services('openapi: "./orders.openapi.yaml",');

async function read(text: string, resolver = secrets) {
  return readCandidate(`holdfast: 1\n${text}`, { secrets: () => resolver, provider_urls: {} });
}

async function routesOf(text: string): Promise<PlanRoute[]> {
  const candidate = await read(text);
  if (!candidate.ok) throw new Error(JSON.stringify(candidate.error));
  return candidate.value.section.routes;
}

async function problemsOf(text: string, resolver = secrets): Promise<string[]> {
  const candidate = await read(text, resolver);
  return candidate.ok
    ? []
    : candidate.error.map(({ path, message, suggestion }) => `${path}: ${message} ${suggestion ?? ""}`);
}

describe("an API description", () => {
  test("becomes checks of the routes to its service, with files joined and 3.0 translated", async () => {
    const [route] = await routesOf(
      `${WITH_API}\nroutes: { orders: { match: { path: "/v1/**" }, to: shop, access: public } }`,
    );
    const openapi = route?.checks?.openapi;
    expect(openapi).toMatchObject({ requests: "enforce", responses: "off", base_path: "/v1" });
    expect(openapi?.operations.map(({ name, method, segments }) => [name, method, segments])).toEqual([
      ["listOrders", "GET", [{ literal: "orders" }]],
      ["createOrder", "POST", [{ literal: "orders" }]],
      ["GET /orders/{id}", "GET", [{ literal: "orders" }, { parameter: "id", before: "", after: "" }]],
    ]);
    expect(openapi?.operations[0]?.parameters[0]?.schema).toEqual({ type: "integer", exclusiveMaximum: 100 });
    expect(openapi?.operations[2]?.parameters[0]?.schema).toEqual({ type: ["string", "null"] });
    expect(openapi?.operations[1]?.body).toEqual({
      required: true,
      content: { "application/json": { schema: { $ref: "#/$defs/Order" } } },
    });
    expect(openapi?.schemas.Order).toMatchObject({ properties: { part_of: { $ref: "#/$defs/Order" } } });
  });

  test("makes routes when asked, each with its own operation alone", async () => {
    const routes = await routesOf(
      `${WITH_API}\nroutes: { orders: { from_openapi: true, match: { path: "/v1/**" }, to: shop, access: api-key, limits: { all: { by: route, rate: 5 per 1s } } } }`,
    );
    expect(routes.map(({ subject, path, methods }) => [subject, path, methods])).toEqual([
      ["routes.orders.list-orders", "/v1/orders", ["GET"]],
      ["routes.orders.create-order", "/v1/orders", ["POST"]],
      ["routes.orders.get-orders-id", "/v1/orders/:id", ["GET"]],
    ]);
    for (const { checks, access, limits } of routes) {
      expect(checks?.openapi?.operations).toHaveLength(1);
      expect(limits).toHaveLength(1);
      expect(access).not.toBe("public");
    }
    expect(routes[0]?.checks?.openapi?.schemas).toEqual({});
  });

  test("may stand in the settings themselves", async () => {
    const inline = services(
      'openapi: { openapi: 3.1.0, info: { title: x, version: "1" }, paths: { /a: { get: { responses: {} } } } },',
    );
    const [route] = await routesOf(`${inline}\nroutes: { a: { match: { path: /a }, to: shop, access: public } }`);
    expect(route?.checks?.openapi?.operations).toHaveLength(1);
  });
});

test("a body's schema is read from its file, with its dialect", async () => {
  const [route] = await routesOf(
    `${services()}\nroutes: { orders: { match: { path: /orders }, to: shop, access: public, checks: { schema: ./order.schema.json } } }`,
  );
  expect(route?.checks?.schema).toMatchObject({ draft: "draft-07", schema: { required: ["id"] } });
});

test("steps come in an order in which each has what it needs", async () => {
  const [route] = await routesOf(`${services()}
routes:
  page:
    match: { path: /pages/:id }
    access: public
    compose:
      steps:
        last: { to: users, path: "/c/{step.order.user_id}", after: [order] }
        order: { to: shop, path: "/orders/{param.id}" }
      result: { order: order, by: last.name, sum: "$sum(order.items.price)" }`);
  expect(route?.compose?.steps.map(({ name, connect_ms, timeout_ms }) => [name, connect_ms, timeout_ms])).toEqual([
    ["order", 2000, 5000],
    ["last", 2000, 5000],
  ]);
  expect(route?.compose?.result).toContain("$sum(order.items.price)");
  expect(route?.releases).toEqual([{ name: "composed", weight: 1, targets: [] }]);
});

const checked = (checks: string, match = "/v1/**") =>
  `routes: { orders: { match: { path: "${match}" }, to: shop, access: public, checks: ${checks} } }`;
const transformed = (transform: string) =>
  `${services()}\nroutes: { orders: { match: { path: "/a/:id" }, to: shop, access: public, transform: ${transform} } }`;
const composed = (steps: string, rest = 'result: "a"') =>
  `${services()}\nroutes: { page: { match: { path: "/p/:id" }, access: public, compose: { steps: ${steps}, ${rest} } } }`;

test.each<[string, string, RegExp]>([
  ["a file that is not there", services('openapi: "./none.yaml",'), /services.shop.openapi: file .*ENOENT/],
  ["a remote reference", services('openapi: "./remote.yaml",'), /services.shop.openapi: .*only files/],
  ["Swagger 2.0", services('openapi: "./swagger.yaml",'), /services.shop.openapi: is a Swagger 2.0/],
  ["no API at all", services("openapi: { a: 1 },"), /services.shop.openapi: is not an OpenAPI/],
  [
    "a pattern that backtracks",
    `${services('openapi: "./pattern.yaml",')}\n${checked("{}", "/a")}`,
    /services.shop.openapi: a: the schema does not compile/,
  ],
  ["nothing of it on the route", `${WITH_API}\n${checked("{}", "/v2/**")}`, /checks.openapi: no operation .*\/v1/],
  [
    "checks of a service without one",
    `${services()}\n${checked("{ openapi: {} }")}`,
    /checks.openapi: the service of this route has no/,
  ],
  [
    "routes from a service without one",
    `${services()}\nroutes: { orders: { from_openapi: true, match: { path: /a }, to: shop, access: public } }`,
    /routes.orders.from_openapi: service shop has no API description/,
  ],
  [
    "a schema that refers elsewhere",
    `${services()}\n${checked('{ schema: { $ref: "https://x.example" } }')}`,
    /checks.schema: the schema refers to https/,
  ],
  [
    "an unknown dialect",
    `${services()}\n${checked('{ schema: { $schema: "http://json-schema.org/draft-04/schema" } }')}`,
    /checks.schema: \$schema/,
  ],
  ["a rule that is not known", `${services()}\n${checked("{ hostile: { skip: [sql] } }")}`, /checks.hostile.skip.0/],
  [
    "a framing header",
    transformed("{ request: { headers: { set: { content-length: '1' } } } }"),
    /headers.set.content-length/,
  ],
  [
    "a header of the gateway",
    transformed("{ response: { headers: { remove: [x-holdfast-ref] } } }"),
    /headers.remove.0: is a header of/,
  ],
  [
    "a parameter that the path has not",
    transformed('{ request: { path: "/b/{param.key}" } }'),
    /request.path: there is no parameter key/,
  ],
  [
    "a template with a typo",
    transformed('{ request: { query: { set: { a: "{consumr}" } } } }'),
    /query.set.a: .*did you mean \{consumer\}/,
  ],
  ["a path that climbs", transformed('{ request: { path: "/a/../b" } }'), /request.path: is not a plain path/],
  [
    "an expression that does not parse",
    transformed('{ request: { body: "{ a" } }'),
    /request.body: the expression cannot be used/,
  ],
  ["a status without body", transformed("{ response: { status: { '404': 204 } } }"), /response.status.404/],
  [
    "a step that waits for itself",
    composed("{ a: { to: shop, path: /a, after: [b] }, b: { to: shop, path: /b, after: [a] } }"),
    /steps.a.after: step a waits for itself/,
  ],
  [
    "a step that is not there",
    composed("{ a: { to: shop, path: /a, after: [bb] } }"),
    /steps.a.after.0: there is no step bb/,
  ],
  [
    "a step that uses a later one",
    composed('{ a: { to: shop, path: "/a/{step.b.id}" }, b: { to: shop, path: /b } }'),
    /steps.a.path: there is no step before this one b/,
  ],
  [
    "a step to nowhere",
    composed("{ a: { to: shp, path: /a } }"),
    /steps.a.to: there is no service shp did you mean shop/,
  ],
  [
    "a default that is never used",
    composed("{ a: { to: shop, path: /a, default: 1 } }"),
    /steps.a.default: is never used/,
  ],
  ["a broken result", composed("{ a: { to: shop, path: /a } }", 'result: "{ a"'), /compose.result: the expression/],
  [
    "both a service and a composition",
    composed("{ a: { to: shop, path: /a } }").replace("access:", "to: shop, access:"),
    /routes.page.to: needs exactly one of to, compose/,
  ],
  [
    "nobody who answers",
    `${services()}\nroutes: { a: { match: { path: /a }, access: public } }`,
    /routes.a.to: needs exactly one/,
  ],
])("%s is refused with its place", async (_, text, message) => {
  expect((await problemsOf(text)).join("\n")).toMatch(message);
});

test("settings that come through the API cannot name files", async () => {
  const { document: _, ...tenant } = secrets;
  expect(await problemsOf(WITH_API, tenant)).toEqual([
    expect.stringMatching(/services.shop.openapi: .*write the document itself/),
  ]);
});
