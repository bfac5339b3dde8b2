// What the rewrite policy does, as data.
import type { PlanRewrite } from "@holdfast/contract";
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const route = (
  path: string,
  rewrite: PlanRewrite,
  more: { paths?: string[]; encoded_slashes?: "keep" } = {},
): PolicyCase["subject"] => ({
  ...publicRoute,
  path,
  ...(more.paths ? { also: { hosts: [], paths: more.paths } } : {}),
  ...(more.encoded_slashes ? { encoded_slashes: more.encoded_slashes } : {}),
  rewrite,
});
const passes = (path: string, upstream_path: string, more: Partial<CaseCall> = {}): CaseCall => ({
  path,
  upstream_path,
  gives: "pass",
  ...more,
});

export const cases: PolicyCase[] = [
  {
    name: "a prefix is stripped, and what is left is a path",
    subject: route("/api/**", { strip: "/api" }),
    calls: [
      passes("/api/orders/1", "/orders/1"),
      passes("/api", "/"),
      passes("/api/", "/"),
      passes("/api;v=1/orders/1", "/orders/1"),
    ],
  },
  {
    name: "one prefix takes the place of another",
    subject: route("/api/**", { strip: "/api", prefix: "/v2" }),
    calls: [
      passes("/api/orders", "/v2/orders", { upstream_headers: ["x-forwarded-prefix", "/api"] }),
      passes("/api", "/v2"),
      passes("/api/", "/v2/"),
    ],
  },
  {
    name: "a prefix alone comes before the whole path",
    subject: route("/orders/**", { prefix: "/shop" }),
    calls: [passes("/orders/%C3%A4", "/shop/orders/%C3%A4", { upstream_headers: [] })],
  },
  {
    name: "a template takes parameters, the rest and the query",
    subject: route("/o/:id/**", { path: "/internal/{param.id}/{query.kind}/{param.**}" }),
    calls: [
      passes("/o/7%20b/x/y", "/internal/7%20b/a%20b/x/y", { query: "kind=a+b" }),
      // Nothing of these may become a segment of its own.
      { path: "/o/7/x", query: "kind=..", gives: "malformed_request" },
      { path: "/o/7/x", query: "kind=a%2Fb", gives: "malformed_request" },
      { path: "/o/7/x", query: "kind=a%00", gives: "malformed_request" },
      { path: "/o/7/x", query: "other=1", gives: "malformed_request" },
    ],
  },
  {
    name: "where encoded slashes are kept, a value that has one is one segment, and may hide none",
    subject: route("/o/:id/**", { path: "/x/{param.id}/{query.kind}/{param.**}" }, { encoded_slashes: "keep" }),
    calls: [
      passes("/o/a%2Fb/c", "/x/a%2Fb/d%2Fe/c", { query: "kind=d/e" }),
      passes("/o/a/c%2F", "/x/a/d/c%2F", { query: "kind=d" }),
      { path: "/o/a/c", query: "kind=../d", gives: "malformed_request" },
      { path: "/o/a/c", query: "kind=d/", gives: "malformed_request" },
      { path: "/o/a/c", query: "kind=..", gives: "malformed_request" },
    ],
  },
  {
    name: "a prefix is stripped to the next slash that is one",
    subject: route("/api/**", { strip: "/api", prefix: "/v2" }, { encoded_slashes: "keep" }),
    calls: [passes("/api/a%2Fb/c", "/v2/a%2Fb/c")],
  },
  {
    name: "parts that make a dot segment together are refused",
    subject: route("/o/:id", { path: "/x/.{param.id}" }),
    calls: [passes("/o/a", "/x/.a"), { path: "/o/;v=1", gives: "malformed_request" }],
  },
  {
    name: "each of several paths has its own parameters",
    subject: route("/a/:id", { path: "/one/{param.id}" }, { paths: ["/b/:kind/:id"] }),
    calls: [passes("/a/7", "/one/7"), passes("/b/x/8", "/one/8")],
  },
  {
    name: "the client's host, or a written one, in place of the upstream's",
    subject: route("/orders/**", { host: "preserve" }),
    calls: [
      { request_headers: ["Host", "Shop.example.com:8080"], upstream_host: "Shop.example.com:8080", gives: "pass" },
      // HTTP/1.0 knows calls without a host; the upstream's own takes its place.
      { gives: "pass" },
    ],
  },
  {
    name: "a written host",
    subject: route("/orders/**", { host: "internal.example" }),
    calls: [{ request_headers: ["host", "a"], upstream_host: "internal.example", gives: "pass" }],
  },
];
