// What the transform policy refuses and lets pass, as data. What comes out is in messages.test.ts, over a real gateway.
import type { TransformSettings } from "@holdfast/contract";
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const NO_HEADERS = { set: {}, add: {}, remove: [] };
const NO_QUERY = { set: {}, remove: [] };
type Request = NonNullable<TransformSettings["request"]>;
const route = (request: Partial<Request>) => ({
  ...publicRoute,
  transform: { request: { headers: NO_HEADERS, query: NO_QUERY, other_bodies: "pass" as const, ...request } },
});

const posted = (body: string, type: string, gives: CaseCall["gives"]): CaseCall => ({
  method: "POST",
  body,
  request_headers: ["content-type", type],
  gives,
});

type Response = NonNullable<TransformSettings["response"]>;
const reply = (response: Partial<Response>) => ({
  ...publicRoute,
  transform: { response: { headers: NO_HEADERS, status: {}, other_bodies: "pass" as const, ...response } },
});

const answered = (body: string, type: string, gives: CaseCall["gives"]): CaseCall => ({
  gives,
  answered: { status: 200, headers: ["content-type", type], body },
});

export const cases: PolicyCase[] = [
  {
    name: "what is set or removed is not said by the client in another spelling",
    subject: route({ headers: { ...NO_HEADERS, set: { "x-customer": "{consumer}" }, remove: ["x-debug"] } }),
    calls: [
      {
        request_headers: ["X_Customer", "forged", "x-customer", "forged", "x_debug", "1", "X-Own", "1"],
        called_by: "web",
        consumer: "web",
        gives: "pass",
        upstream_headers: ["X-Own", "1", "x-customer", "web"],
      },
      { request_headers: ["X_CUSTOMER", "forged"], gives: "pass", upstream_headers: [] },
    ],
  },
  {
    name: "a value that could begin a header of its own",
    subject: route({ headers: { ...NO_HEADERS, set: { "x-name": "{query.name}" } } }),
    calls: [
      { query: "name=Jos%C3%A9", gives: "pass" },
      { gives: "pass" },
      { query: "name=a%0D%0Aset-cookie:%20b", gives: "request_invalid" },
      { query: `name=${"a".repeat(9000)}`, gives: "request_invalid" },
    ],
  },
  {
    name: "a value that is no segment of a path",
    subject: route({ path: "/v2/{query.name}" }),
    calls: [
      { query: "name=a%20b", gives: "pass" },
      { query: "name=..", gives: "request_invalid" },
      { query: "name=a/b", gives: "request_invalid" },
      { gives: "request_invalid" },
    ],
  },
  {
    name: "a value with a slash, where encoded slashes are kept: one segment, that hides none",
    subject: { ...route({ path: "/v2/{query.name}" }), encoded_slashes: "keep" },
    calls: [
      { query: "name=a/b", gives: "pass", upstream_path: "/v2/a%2Fb" },
      { query: "name=a/../b", gives: "request_invalid" },
      { query: "name=/b", gives: "request_invalid" },
    ],
  },
  {
    name: "bodies that the expression fits, and others",
    subject: route({ body: '{ "total": $sum(items.price) }' }),
    calls: [
      posted('{"items":[{"price":1}]}', "application/json", "pass"),
      posted('{"items":[{"price":"a"}]}', "application/json", "transform_failed"),
      posted("{", "application/json", "malformed_request"),
      posted("<a/>", "application/xml", "pass"),
      { gives: "pass" },
    ],
  },
  {
    name: "an expression that makes nothing",
    subject: route({ body: "missing" }),
    calls: [posted("{}", "application/json", "transform_failed")],
  },
  {
    name: "other bodies refused",
    subject: route({ body: "$", other_bodies: "refuse" }),
    calls: [
      posted("<a/>", "application/xml", "unsupported_media_type"),
      posted("{}", "application/json", "pass"),
      { gives: "pass" },
    ],
  },
  {
    name: "answers that the expression fits, and others",
    subject: reply({ body: '{ "total": $sum(items.price) }' }),
    calls: [
      answered('{"items":[{"price":1}]}', "application/json", "pass"),
      answered('{"items":[{"price":"a"}]}', "application/json", "upstream_unexpected"),
      answered("{", "application/json", "upstream_unexpected"),
      answered("<a/>", "application/xml", "pass"),
    ],
  },
  {
    name: "other answers refused",
    subject: reply({ body: "$", other_bodies: "refuse" }),
    calls: [answered("<a/>", "application/xml", "upstream_unexpected"), answered("{}", "application/json", "pass")],
  },
];
