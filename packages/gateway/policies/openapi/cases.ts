// What the openapi policy does, as data. More of answers is in messages.test.ts, over a real gateway.
import type { PlanOpenapi, PlanParameter } from "@holdfast/contract";
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const parameter = (given: Partial<PlanParameter>): PlanParameter => ({
  in: "query",
  name: "q",
  required: false,
  style: given.in === "path" || given.in === "header" ? "simple" : "form",
  explode: given.style === undefined && given.in !== "path" && given.in !== "header",
  json: false,
  schema: { type: "string" },
  ...given,
});

export const api: PlanOpenapi = {
  requests: "enforce",
  responses: "off",
  base_path: "/v1",
  schemas: {
    Order: {
      type: "object",
      required: ["id", "item"],
      properties: { id: { type: "integer", readOnly: true }, item: { type: "string" }, count: { type: "integer" } },
    },
  },
  operations: [
    {
      name: "listOrders",
      method: "GET",
      segments: [{ literal: "orders" }],
      parameters: [
        parameter({ name: "limit", schema: { type: "integer", maximum: 100 } }),
        parameter({ name: "tag", schema: { type: "array", items: { type: "string", maxLength: 5 } } }),
        parameter({
          name: "near",
          style: "form",
          explode: false,
          schema: { type: "array", items: { type: "number" }, maxItems: 2 },
        }),
        parameter({
          name: "filter",
          style: "deepObject",
          explode: true,
          schema: { type: "object", properties: { open: { type: "boolean" } } },
        }),
        parameter({ name: "where", json: true, schema: { type: "object", required: ["a"] } }),
        parameter({ in: "header", name: "x-tenant", required: true, schema: { type: "string", pattern: "^[a-z]+$" } }),
        parameter({ in: "cookie", name: "seen", schema: { type: "boolean" } }),
      ],
      responses: { "200": {} },
    },
    {
      name: "createOrder",
      method: "POST",
      segments: [{ literal: "orders" }],
      parameters: [],
      body: {
        required: true,
        content: {
          "application/json": { schema: { $ref: "#/$defs/Order" } },
          "application/x-www-form-urlencoded": { schema: { $ref: "#/$defs/Order" } },
          "image/*": {},
        },
      },
      responses: { "201": { content: { "application/json": { schema: { $ref: "#/$defs/Order" } } } } },
    },
    {
      name: "getOrder",
      method: "GET",
      segments: [{ literal: "orders" }, { parameter: "id", before: "", after: "" }],
      parameters: [parameter({ in: "path", name: "id", required: true, schema: { type: "integer" } })],
      responses: { default: {} },
    },
    ...["100%", "a%2fb", "caf%C3%A9", "fünf"].map((literal) => ({
      name: `get ${literal}`,
      method: "GET",
      segments: [{ literal }],
      parameters: [],
      responses: { default: {} },
    })),
    {
      name: "mine",
      method: "GET",
      segments: [{ literal: "orders" }, { literal: "mine" }],
      parameters: [],
      responses: { default: {} },
    },
  ],
};

const subject = { ...publicRoute, path: "/v1/**", checks: { openapi: api } };

const list = (query: string, gives: CaseCall["gives"], headers: string[] = []): CaseCall => ({
  path: "/v1/orders",
  query,
  request_headers: ["x-tenant", "acme", ...headers],
  gives,
});
const create = (body: string | undefined, gives: CaseCall["gives"], type = "application/json"): CaseCall => ({
  method: "POST",
  path: "/v1/orders",
  request_headers: ["content-type", type],
  ...(body === undefined ? {} : { body }),
  gives,
});
const get = (path: string, gives: CaseCall["gives"], method = "GET"): CaseCall => ({ method, path, gives });

const answered = (answer: NonNullable<CaseCall["answered"]>, gives: CaseCall["gives"]): CaseCall => ({
  ...create('{"item":"tea"}', gives),
  answered: { headers: ["content-type", "application/json"], ...answer },
});

export const cases: PolicyCase[] = [
  {
    name: "what is not described does not pass",
    subject,
    calls: [
      get("/v1/customers", "route_unknown"),
      get("/v2/orders", "route_unknown"),
      get("/v1/orders/1/items", "route_unknown"),
      { ...get("/v1/orders/1", "method_not_allowed", "DELETE"), headers: ["allow", "GET, HEAD"] },
      get("/v1/orders/1", "pass", "HEAD"),
    ],
  },
  {
    name: "path parameters, and literal paths before them",
    subject,
    calls: [get("/v1/orders/17", "pass"), get("/v1/orders/x", "request_invalid"), get("/v1/orders/mine", "pass")],
  },
  {
    name: "literal paths, encoded in the description or not",
    subject,
    calls: ["100%25", "a%2Fb", "caf%C3%A9", "f%C3%BCnf"].map((path) => get(`/v1/${path}`, "pass")),
  },
  {
    name: "query parameters",
    subject,
    calls: [
      list("", "pass"),
      list("limit=100&other=1", "pass"),
      list("limit=101", "request_invalid"),
      list("limit=", "request_invalid"),
      list("limit=1&limit=2", "request_invalid"),
      list("tag=red&tag=blue", "pass"),
      list("tag=red&tag=scarlet", "request_invalid"),
      list("near=1.5,-2", "pass"),
      list("near=1,2,3", "request_invalid"),
      list("filter[open]=true", "pass"),
      list("filter[open]=maybe", "request_invalid"),
      list("where=%7B%22a%22:1%7D", "pass"),
      list("where=%7B%7D", "request_invalid"),
      list("where=x", "request_invalid"),
      list("limit=%zz", "request_invalid"),
    ],
  },
  {
    name: "headers and cookies",
    subject,
    calls: [
      { path: "/v1/orders", gives: "request_invalid" },
      { path: "/v1/orders", request_headers: ["X-Tenant", "ACME"], gives: "request_invalid" },
      list("", "pass", ["cookie", "a=b; seen=true"]),
      list("", "request_invalid", ["cookie", "a=b; seen=1"]),
    ],
  },
  {
    name: "bodies",
    subject,
    calls: [
      create('{"item":"tea"}', "pass"),
      create('{"item":1}', "request_invalid"),
      create("{", "malformed_request"),
      create(undefined, "request_invalid"),
      create("item=tea&count=2", "pass", "application/x-www-form-urlencoded"),
      create("item=tea&count=two", "request_invalid", "application/x-www-form-urlencoded"),
      create("item=tea&item=cup", "request_invalid", "application/x-www-form-urlencoded"),
      create("\u0000\u0001", "pass", "image/png"),
      create("<a/>", "unsupported_media_type", "application/xml"),
      { ...get("/v1/orders/1", "request_invalid"), body: "x" },
    ],
  },
  {
    name: "who only looks refuses nothing",
    subject: { ...subject, checks: { openapi: { ...api, requests: "report" } } },
    calls: [get("/v1/customers", "pass"), get("/v1/orders/x", "pass"), create("{", "pass")],
  },
  {
    name: "answers that are described, and others",
    subject: { ...subject, checks: { openapi: { ...api, responses: "enforce" } } },
    calls: [
      answered({ status: 201, body: '{"id":1,"item":"tea"}' }, "pass"),
      answered({ status: 201, body: '{"id":"one","item":"tea"}' }, "upstream_unexpected"),
      answered({ status: 201, body: "{" }, "upstream_unexpected"),
      answered({ status: 200, body: "{}" }, "upstream_unexpected"),
      answered({ status: 503, body: "{}" }, "pass"),
    ],
  },
  {
    name: "who only looks lets every answer pass",
    subject: { ...subject, checks: { openapi: { ...api, responses: "report" } } },
    calls: [answered({ status: 200, body: "{}" }, "pass")],
  },
];
