import type { PlanCondition } from "@holdfast/contract";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Asked } from "./conditions.ts";
import { createRouter, type RoutePattern } from "./router.ts";

/** `host path METHODS`, each part but the path optional; the text is the route. */
function parse(text: string): RoutePattern {
  const parts = text.split(" ");
  const path = parts.find((part) => part.startsWith("/")) as string;
  const at = parts.indexOf(path);
  const methods = parts[at + 1]?.split(",");
  return { path, ...(at > 0 && { host: parts[0] }), ...(methods && { methods }) };
}

const NOTHING: Asked = { method: "GET", header: () => undefined, query: undefined };

function matchOf(patterns: string[], host: string, path: string, method = "GET"): string {
  const router = createRouter(patterns.map((text) => ({ pattern: parse(text), route: text })));
  const found = router.match(host, path, { ...NOTHING, method });
  if (found.kind === "method") return `405 ${found.allowed.join(",")}`;
  return found.kind === "route" ? found.route : "404";
}

const shop = [
  "/**",
  "/orders",
  "/orders/:id",
  "/orders/:id/items",
  "/orders/new",
  "/orders/new/**",
  "api.example.com /orders/**",
];

describe("precedence", () => {
  test.each([
    [shop, "x", "/", "/**"],
    [shop, "x", "/orders", "/orders"],
    [shop, "x", "/orders/", "/**"],
    [shop, "x", "/orders/7", "/orders/:id"],
    [shop, "x", "/orders/new", "/orders/new"],
    [shop, "x", "/orders/new/draft", "/orders/new/**"],
    [shop, "x", "/orders/7/items", "/orders/:id/items"],
    // The literal branch is tried first and given up: `new` has no /items of its own, but `**` under it takes the rest.
    [shop, "x", "/orders/new/items", "/orders/new/**"],
    [shop, "x", "/orders/7/lines", "/**"],
    [shop, "api.example.com", "/orders/7", "api.example.com /orders/**"],
    [shop, "api.example.com", "/orders", "api.example.com /orders/**"],
    [shop, "api.example.com", "/orders/", "api.example.com /orders/**"],
    [shop, "api.example.com", "/other", "/**"],
    [["/a/b/d", "/a/:x/c"], "x", "/a/b/c", "/a/:x/c"],
    [["/a/:x"], "x", "/a/", "404"],
    [["/a"], "x", "/b", "404"],
    [["/a", "/a GET"], "x", "/a", "/a GET"],
  ])("%j: %s%s goes to %s", (patterns, host, path, route) => {
    expect(matchOf(patterns, host, path)).toBe(route);
  });

  test("of two equal routes the first has it", () => {
    const router = createRouter([
      { pattern: { path: "/a" }, route: "first" },
      { pattern: { path: "/a" }, route: "second" },
    ]);
    expect(router.match("x", "/a", NOTHING)).toEqual({ kind: "route", route: "first" });
  });
});

describe("a route that guards a literal takes whatever a server may read as it", () => {
  test.each([
    ["/@me", "/@me"],
    ["/%40me", "/@me"],
    ["/admin;a=b/x", "/admin/**"],
    ["/admin;/x", "/admin/**"],
    ["/admin;a=b", "/admin/**"],
    ["/v1/models%3Acount", "/v1/models:count"],
    ["/a;v=1", "/a;v=1"],
    // Cut off by nobody: what is encoded is no separator.
    ["/admin%3Ba/x", "/**"],
    ["/admin%20/x", "/**"],
    ["/Admin/x", "/**"],
    ["/a;v=2", "/**"],
  ])("%s is %s", (path, route) => {
    expect(matchOf(["/**", "/@me", "/admin/**", "/v1/models:count", "/a;v=1"], "x", path)).toBe(route);
  });
});

describe("methods", () => {
  test.each([
    [["/a GET", "/a POST"], "POST", "/a POST"],
    [["/a GET,PUT"], "HEAD", "/a GET,PUT"],
    [["/a GET", "/a HEAD"], "HEAD", "/a HEAD"],
    [["/a PUT", "/** GET"], "GET", "/** GET"],
    [["/a PUT,GET", "/:x POST"], "DELETE", "405 GET,HEAD,POST,PUT"],
    [["/a PUT", "/b GET"], "GET", "405 PUT"],
    [["/a"], "PROPFIND", "/a"],
    [["/a"], "TRACE", "405 DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"],
    [["/b"], "TRACE", "404"],
  ])("%j: %s /a gives %s", (patterns, method, route) => {
    expect(matchOf(patterns, "x", "/a", method)).toBe(route);
  });
});

test("a property: what matches is the most specific of all patterns that fit, found the slow way", () => {
  const segment = fc.constantFrom("a", "b", "c");
  const part = fc.oneof(segment, fc.constant(":p"));
  const pattern = fc
    .tuple(fc.array(part, { maxLength: 4 }), fc.boolean())
    .map(([parts, open]) => `/${[...parts, ...(open ? ["**"] : [])].join("/")}`);
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 8 }), fc.array(segment, { maxLength: 5 }), (patterns, segments) => {
      const path = `/${segments.join("/")}`;
      expect(matchOf(patterns, "x", path)).toBe(slowMatch(patterns, path));
    }),
    { numRuns: 2000 },
  );
});

/** Literal before parameter before rest, compared segment by segment over all patterns that fit. */
function slowMatch(patterns: string[], path: string): string {
  const segments = path.slice(1).split("/");
  const fits = (pattern: string) => {
    const parts = pattern.slice(1).split("/");
    const open = parts.at(-1) === "**";
    if (open) parts.pop();
    if (open ? parts.length > segments.length : parts.length !== segments.length) return false;
    return parts.every((part, index) => (part.startsWith(":") ? segments[index] !== "" : part === segments[index]));
  };
  const rank = (pattern: string) =>
    pattern
      .slice(1)
      .split("/")
      .map((part) => (part === "**" ? "3" : part.startsWith(":") ? "2" : "1"))
      .join("");
  const fitting = patterns.filter(fits).map((pattern, index) => ({ pattern, index, rank: rank(pattern) }));
  fitting.sort((left, right) => (left.rank < right.rank ? -1 : left.rank > right.rank ? 1 : left.index - right.index));
  return fitting[0]?.pattern ?? "404";
}

describe("hosts", () => {
  const all = ["/a", "*.com /a", "*.example.com /a", "b.example.com /a", "*.example.com /only", "b.example.com /own"];
  test.each([
    ["b.example.com", "/a", "b.example.com /a"],
    ["c.example.com", "/a", "*.example.com /a"],
    ["d.c.example.com", "/a", "*.example.com /a"],
    ["example.com", "/a", "*.com /a"],
    ["com", "/a", "/a"],
    ["other.net", "/a", "/a"],
    // What the more exact host does not serve, the less exact one does.
    ["b.example.com", "/only", "*.example.com /only"],
    ["c.example.com", "/own", "404"],
    ["xexample.com", "/only", "404"],
  ])("%s%s goes to %s", (host, path, route) => {
    expect(matchOf(all, host, path)).toBe(route);
  });

  test("each of several hosts takes each of several paths", () => {
    const pattern = { host: "a", path: "/x", also: { hosts: ["b", "*.c"], paths: ["/y/:id"] } };
    const router = createRouter([{ pattern, route: 1 }]);
    const hits = ["a/x", "a/y/1", "b/x", "b/y/1", "d.c/y/1", "c/x", "a/y", "d/x"].map(
      (at) => router.match(at.slice(0, at.indexOf("/")), at.slice(at.indexOf("/")), NOTHING).kind,
    );
    expect(hits).toEqual(["route", "route", "route", "route", "route", "none", "none", "none"]);
  });
});

describe("conditions", () => {
  const header = (name: string, more: Partial<PlanCondition>): PlanCondition => ({ in: "header", name, ...more });
  const query = (name: string, more: Partial<PlanCondition>): PlanCondition => ({ in: "query", name, ...more });
  const version = (is: string, or_absent = false): PlanCondition => ({
    in: "version",
    name: "vnd.acme",
    exact: [is],
    ...(or_absent && { or_absent }),
  });
  type Line = [conditions: PlanCondition[], methods?: string[]];
  const matched = (lines: Line[], headers: Record<string, string>, given?: string, method = "GET") => {
    const routes = lines.map(([conditions, methods], route) => ({
      pattern: { path: "/a", conditions, methods },
      route,
    }));
    const asked = { method, header: (name: string) => headers[name], query: given };
    const found = createRouter(routes).match("x", "/a", asked);
    if (found.kind === "route") return found.route;
    return found.kind === "method" ? `405 ${found.allowed.join(",")}` : found.near ? "near" : "404";
  };

  const versions: Line[] = [[[version("1", true)]], [[version("2")]]];
  test.each<[string, Line[], Record<string, string>, string | undefined, number | string]>([
    ["exact", [[[header("x-a", { exact: ["1"] })]], [[]]], { "x-a": "1" }, undefined, 0],
    ["exact, another", [[[header("x-a", { exact: ["1"] })]], [[]]], { "x-a": "2" }, undefined, 1],
    ["exact, none", [[[header("x-a", { exact: ["1"] })]]], {}, undefined, "near"],
    ["one of", [[[header("x-a", { exact: ["1", "2"] })]]], { "x-a": "2" }, undefined, 0],
    ["prefix", [[[header("x-a", { prefix: "ab" })]]], { "x-a": "abc" }, undefined, 0],
    ["regex over the whole value", [[[header("x-a", { regex: "a|b" })]]], { "x-a": "ab" }, undefined, "near"],
    ["regex that fits", [[[header("x-a", { regex: "a+b" })]]], { "x-a": "aab" }, undefined, 0],
    ["present", [[[header("x-a", { present: true })]]], { "x-a": "" }, undefined, 0],
    ["not present", [[[header("x-a", { present: false })]]], { "x-a": "1" }, undefined, "near"],
    ["query", [[[query("q", { exact: ["a b"] })]]], {}, "x=1&q=a+b", 0],
    ["query, encoded name", [[[query("é", { exact: ["1"] })]]], {}, "%C3%A9=1", 0],
    ["query, the first of a name counts", [[[query("q", { exact: ["2"] })]]], {}, "q=1&q=2", "near"],
    ["query without a value", [[[query("q", { present: true })]]], {}, "q", 0],
    ["query, broken encoding", [[[query("q", { exact: ["%"] })]]], {}, "q=%", 0],
    ["all of them", [[[header("x-a", { exact: ["1"] }), query("q", { exact: ["1"] })]]], { "x-a": "1" }, "", "near"],
    [
      "more on headers first",
      [[[header("a", { present: true })]], [[header("a", { present: true }), header("b", { present: true })]]],
      { a: "1", b: "1" },
      undefined,
      1,
    ],
    [
      "headers before the query",
      [[[query("q", { present: true }), query("r", { present: true })]], [[header("a", { present: true })]]],
      { a: "1" },
      "q&r",
      1,
    ],
    ["a version", versions, { accept: "application/vnd.acme.v2+json" }, undefined, 1],
    ["a version as a parameter", versions, { accept: 'application/vnd.acme+json; version="2"' }, undefined, 1],
    [
      "the version of the highest weight",
      versions,
      { accept: "application/vnd.acme.v1+json;q=0.5, application/vnd.acme.v2+json;q=0.8" },
      undefined,
      1,
    ],
    ["no version is the default's", versions, { accept: "*/*" }, undefined, 0],
    ["no Accept is the default's", versions, {}, undefined, 0],
    ["a version that nobody serves", versions, { accept: "application/vnd.acme.v3+json" }, undefined, "near"],
    ["a version that is not wanted", versions, { accept: "application/vnd.acme.v2+json;q=0, */*" }, undefined, 0],
  ])("%s", (_, lines, headers, given, route) => {
    expect(matched(lines, headers, given)).toBe(route);
  });

  test("a method is offered only where everything else fits", () => {
    const lines: Line[] = [
      [[header("x-a", { exact: ["1"] })], ["PUT"]],
      [[], ["GET"]],
    ];
    expect(matched(lines, {}, undefined, "POST")).toBe("405 GET,HEAD");
    expect(matched(lines, { "x-a": "1" }, undefined, "POST")).toBe("405 GET,HEAD,PUT");
    expect(matched(lines.slice(0, 1), {}, undefined, "POST")).toBe("near");
    expect(matched(lines, {}, undefined, "PUT")).toBe("405 GET,HEAD");
  });

  test("a preflight fits whatever headers are asked for, and not whatever query", () => {
    const pattern = { path: "/a", conditions: [header("x-a", { exact: ["1"] })] };
    const router = createRouter([{ pattern, route: 1 }]);
    expect(router.match("x", "/a", { ...NOTHING, preflight: true }).kind).toBe("route");
    const by_query = createRouter([{ pattern: { path: "/a", conditions: [query("q", { exact: ["1"] })] }, route: 1 }]);
    expect(by_query.match("x", "/a", { ...NOTHING, preflight: true }).kind).toBe("none");
  });
});

describe("ten thousand routes", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({
    pattern: { host: `h${index}.example.com`, path: `/service-${index}/items/:id` },
    route: index,
  }));
  const on_one_host = many.map(({ pattern, route }) => ({ pattern: { path: pattern.path }, route }));

  test.each([
    ["on one host", on_one_host, "h0.example.com"],
    ["on as many hosts", many, "h0.example.com"],
    ["and a host that none names", many, "other.example.com"],
  ])("%s cost as many steps as one", (_, routes, host) => {
    const one = stepsOf(createRouter(routes.slice(0, 1)), host);
    expect(one).toBeGreaterThan(0);
    expect(stepsOf(createRouter(routes), host)).toBe(one);
  });

  /** Looks into a map or for a slash: what matching is made of. */
  function stepsOf(router: ReturnType<typeof createRouter>, host: string): number {
    const looks = [vi.spyOn(Map.prototype, "get"), vi.spyOn(String.prototype, "indexOf")];
    router.match(host, "/service-0/items/17", NOTHING);
    const steps = looks.reduce((sum, look) => sum + look.mock.calls.length, 0);
    for (const look of looks) look.mockRestore();
    return steps;
  }

  test("and about as much time", () => {
    const timed = (routes: typeof on_one_host) => {
      const router = createRouter(routes);
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 30; round++) {
        const began = performance.now();
        for (let call = 0; call < 5000; call++) router.match("x", "/service-0/items/17", NOTHING);
        best = Math.min(best, performance.now() - began);
      }
      return best;
    };
    const one = timed(on_one_host.slice(0, 1));
    expect(timed(on_one_host)).toBeLessThan(one * 4);
  });
});
