import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRouter, type RoutePattern } from "./router.ts";

/** `host path METHODS`, each part but the path optional; the text is the route. */
function parse(text: string): RoutePattern {
  const parts = text.split(" ");
  const path = parts.find((part) => part.startsWith("/")) as string;
  const at = parts.indexOf(path);
  const methods = parts[at + 1]?.split(",");
  return { path, ...(at > 0 && { host: parts[0] }), ...(methods && { methods }) };
}

function matchOf(patterns: string[], host: string, path: string, method = "GET"): string {
  const found = createRouter(patterns.map((text) => ({ pattern: parse(text), route: text }))).match(host, path, method);
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
    expect(router.match("x", "/a", "GET")).toEqual({ kind: "route", route: "first" });
  });
});

describe("methods", () => {
  test.each([
    [["/a GET", "/a POST"], "POST", "/a POST"],
    [["/a GET,PUT"], "HEAD", "/a GET,PUT"],
    [["/a GET", "/a HEAD"], "HEAD", "/a HEAD"],
    [["/a PUT", "/** GET"], "GET", "/** GET"],
    [["/a PUT,GET", "/:x POST"], "DELETE", "405 GET,POST,PUT"],
    [["/a PUT", "/b GET"], "GET", "405 PUT"],
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

test("ten thousand routes are matched as fast as one", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({
    pattern: { path: `/service-${index}/items/:id` },
    route: index,
  }));
  const timed = (routes: typeof many) => {
    const router = createRouter(routes);
    const path = "/service-0/items/17";
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 30; round++) {
      const began = performance.now();
      for (let call = 0; call < 5000; call++) router.match("x", path, "GET");
      best = Math.min(best, performance.now() - began);
    }
    return best;
  };
  const one = timed(many.slice(0, 1));
  expect(timed(many)).toBeLessThan(one * 4);
});
