// What two objects of a plan may not share: routes that tie, paths that two workspaces claim, keys that two consumers have.
import { ok } from "@holdfast/base";
import { describe, expect, test } from "vitest";
import { createClaims } from "./claims.ts";
import { compilePlan } from "./compile-plan.ts";
import { compileSection } from "./compile-section.ts";
import { readSettings } from "./read-settings.ts";

const secrets = () => ({ env: (name: string) => ok(`${name}-0123456789abcdef`), file: () => ok("") });

/** Settings by workspace; each compiles by itself. */
function planOf(texts: Record<string, string>) {
  const sections = Object.entries(texts).map(([workspace, text]) => {
    const read = readSettings(`holdfast: 1\n${text}`, { secrets, workspace });
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    const { section, problems } = compileSection(read.value.settings, {});
    expect(problems).toEqual([]);
    return { workspace, section, overrides: [] };
  });
  return compilePlan({ number: 1, made_at: 1, sections, reference_keys: {} });
}

const SERVICE = "services: { s: { releases: { v1: { upstreams: [http://127.0.0.1:1] } } } }";
const one = (name: string, match: string) => `  ${name}: { match: { ${match} }, to: s, access: public }`;

describe("refuses between objects", () => {
  const ties: [name: string, left: string, right: string, tie: boolean][] = [
    ["the same path", "path: /x", "path: /x", true],
    ["parameters of another name", 'path: "/x/:id"', 'path: "/x/:name"', true],
    ["a literal and a parameter", "path: /x/y", 'path: "/x/:name"', false],
    ["other methods", "path: /x, methods: [GET]", "path: /x, methods: [POST]", false],
    ["a method in common", "path: /x, methods: [GET, PUT]", "path: /x, methods: [POST, PUT]", true],
    ["some methods and all", "path: /x, methods: [GET]", "path: /x", false],
    ["other hosts", "path: /x, host: a.example", "path: /x, host: b.example", false],
    ["a host and none", "path: /x, host: a.example", "path: /x", false],
    ["a host and a wildcard over it", "path: /x, host: a.example", 'path: /x, host: "*.example"', false],
    ["one of several hosts and paths", "path: [/x, /y], host: [a.b, b.b]", "path: [/z, /y], host: [c.b, b.b]", true],
    ["several hosts and paths, none in common", "path: [/x, /y], host: [a.b]", "path: [/z, /y], host: [c.b]", false],
    ["a condition and none", "path: /x, headers: { x-a: a }", "path: /x", false],
    ["other values of a header", "path: /x, headers: { x-a: a }", "path: /x, headers: { x-a: b }", false],
    ["values that overlap", "path: /x, headers: { x-a: { one_of: [a, b] } }", "path: /x, headers: { x-a: b }", true],
    [
      "a prefix and a value with it",
      "path: /x, headers: { x-a: { prefix: a } }",
      "path: /x, headers: { x-a: ab }",
      true,
    ],
    ["a prefix and another value", "path: /x, headers: { x-a: { prefix: a } }", "path: /x, headers: { x-a: b }", false],
    [
      "a value and its absence",
      "path: /x, headers: { x-a: a }",
      "path: /x, headers: { x-a: { present: false } }",
      false,
    ],
    [
      "patterns, which nobody compares",
      "path: /x, headers: { x-a: { regex: a } }",
      "path: /x, headers: { x-a: { regex: b } }",
      true,
    ],
    ["other headers, as many", "path: /x, headers: { x-a: a }", "path: /x, headers: { x-b: a }", true],
    ["a header and a query", "path: /x, headers: { x-a: a }", "path: /x, query: { a: a }", false],
    [
      "versions in a header",
      'path: /x, version: { by: header, is: "1", default: true }',
      'path: /x, version: { by: header, is: "2" }',
      false,
    ],
    [
      "two versions for who names none",
      'path: /x, version: { by: header, is: "1", default: true }',
      'path: /x, version: { by: header, is: "2", default: true }',
      true,
    ],
    [
      "versions in the path",
      "path: /x, version: { by: path, is: v1 }",
      "path: /x, version: { by: path, is: v2 }",
      false,
    ],
    ["a version in the path and the path itself", "path: /x, version: { by: path, is: v1 }", "path: /v1/x", true],
    ["a draft", "path: /x", "path: /x } , lifecycle: { state: draft", false],
  ];
  test.each(ties)("%s", (_, left, right, tie) => {
    const made = planOf({ acme: `${SERVICE}\nroutes:\n${one("a", left)}\n${one("b", right)}` });
    expect(made.ok).toBe(!tie);
    if (made.ok) return;
    expect(made.error).toMatchObject([
      {
        workspace: "acme",
        path: ["routes", "b", "match"],
        other: { workspace: "acme", path: ["routes", "a", "match"] },
      },
    ]);
  });

  const claims: [name: string, left: string, right: string, overlap: boolean][] = [
    ["the same path", "path: /x", "path: /x", true],
    ["a path inside of an open one", "path: /orders/**", "path: /orders/checkout", true],
    ["an open path around", "path: /orders/checkout", "path: /orders/**", true],
    ["the end of an open path", "path: /orders/**", "path: /orders", true],
    ["a literal and a parameter", "path: /x/y", 'path: "/x/:name"', true],
    ["a parameter and a literal", 'path: "/:a/y"', "path: /x/y", true],
    ["parameters that cross", 'path: "/:a/y"', 'path: "/x/:b"', true],
    ["parameters of another length", 'path: "/:a/y"', 'path: "/x/:b/c"', false],
    ["a parameter and an empty end", 'path: "/x/:a"', "path: /x/", false],
    ["other methods, which divide nothing", "path: /x, methods: [GET]", "path: /x, methods: [POST]", true],
    ["conditions, which divide nothing", "path: /x, headers: { x-a: a }", "path: /x, headers: { x-a: b }", true],
    ["other paths", "path: /x/**", "path: /y/**", false],
    ["other hosts", "path: /**, host: a.example", "path: /**, host: b.example", false],
    ["a host and any host", "path: /x, host: a.example", "path: /x", true],
    ["any host and a host", "path: /x", "path: /x, host: a.example", true],
    ["any host and another path of a host", "path: /x", "path: /y, host: a.example", false],
    ["a host below a wildcard", 'path: /x, host: "*.example"', "path: /x, host: a.b.example", true],
    ["a wildcard over a host", "path: /x, host: a.b.example", 'path: /x, host: "*.example"', true],
    ["a wildcard over a wildcard", 'path: /x, host: "*.b.example"', 'path: /x, host: "*.example"', true],
    ["a wildcard under a wildcard", 'path: /x, host: "*.example"', 'path: /x, host: "*.b.example"', true],
    ["a wildcard and its own end", 'path: /x, host: "*.b.example"', "path: /x, host: b.example", false],
    ["a second host", "path: /x, host: [a.example, b.example]", "path: /x, host: [c.example, b.example]", true],
    ["a draft", "path: /x", "path: /x } , lifecycle: { state: draft", false],
  ];
  test.each(claims)("of two workspaces: %s", (_, left, right, overlap) => {
    const made = planOf({
      acme: `${SERVICE}\nroutes:\n${one("a", left)}`,
      beta: `${SERVICE}\nroutes:\n${one("b", right)}`,
    });
    expect(made.ok).toBe(!overlap);
    if (made.ok) return;
    expect(made.error).toMatchObject([
      {
        workspace: "beta",
        path: ["routes", "b", "match"],
        other: { workspace: "acme", path: ["routes", "a", "match"] },
      },
    ]);
  });

  test("ten thousand routes of a hundred workspaces are compared in a moment", () => {
    const routes = Array.from({ length: 10_000 }, (_, index) => `/w${index % 100}/service-${index}/:id`);
    const claims = createClaims<{ workspace: string }>();
    const began = performance.now();
    for (const [index, path] of routes.entries())
      expect(claims.add({ host: undefined, path }, { workspace: `w${index % 100}` })).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(2000);
    expect(claims.add({ host: "a.b", path: "/w7/**" }, { workspace: "w8" })).toEqual({ workspace: "w7" });
  });

  test("the same key twice, also in another workspace", () => {
    const keys = (name: string) => `consumers: { ${name}: { keys: ["\${env:SAME}"] } }`;
    const made = planOf({ acme: keys("web"), beta: keys("app") });
    expect(!made.ok && made.error).toMatchObject([{ workspace: "beta", path: ["consumers", "app", "keys", 0] }]);
  });
});
