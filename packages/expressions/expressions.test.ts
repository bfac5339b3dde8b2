import { LIMITS } from "@holdfast/base";
import { describe, expect, test } from "vitest";
import { compileExpression } from "./json-expression.ts";
import { compileSchema, type Draft, draftOf } from "./json-schema.ts";
import { compilePattern } from "./pattern.ts";
import { headerValue, parseTemplate, renderPath, renderTemplate, type TemplatePlace } from "./template.ts";

const validate = (schema: unknown, value: unknown, draft: Draft = "2020-12") => {
  const compiled = compileSchema(schema, { draft, place: "body" });
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.value(value, true);
};

describe("patterns", () => {
  test.each([
    ["^[a-z]+$", "abc", true],
    ["^[a-z]+$", "abc1", false],
    ["b", "abc", true],
    ["^\\d{3}-\\d{4}$", "555-1234", true],
    ["^\\p{L}+$", "Zürich", true],
  ])("%s on %s", (source, text, matches) => {
    const compiled = compilePattern(source);
    expect(compiled.ok && compiled.value.test(text)).toBe(matches);
  });

  test("a pattern that explodes elsewhere stays linear", () => {
    const compiled = compilePattern("^(a+)+$");
    const began = performance.now();
    expect(compiled.ok && compiled.value.test(`${"a".repeat(20_000)}!`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test.each(["(a)\\1", "(?=a)b", "("])("%s is refused", (source) => {
    expect(compilePattern(source).ok).toBe(false);
  });
});

describe("JSON Schema", () => {
  test.each<[string, unknown, unknown, string[]]>([
    ["fits", { type: "object", required: ["id"] }, { id: 1 }, []],
    ["is missing a member", { type: "object", required: ["id"] }, {}, ["body"]],
    ["is wrong inside", { properties: { a: { items: { type: "integer" } } } }, { a: [1, "x"] }, ["body/a/1"]],
    ["has a broken format", { format: "date-time" }, "yesterday", ["body"]],
    [
      "has the same item twice",
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      ["body"],
    ],
    ["has different items", { uniqueItems: true }, [{ a: 1 }, { a: 2 }, 1, "1"], []],
    ["follows a reference inside", { $ref: "#/$defs/id", $defs: { id: { type: "string" } } }, 7, ["body"]],
    [
      "has two patterns, each for its own member",
      { properties: { a: { pattern: "^[a-z-]+$" }, b: { pattern: "^[0-9]+$" } } },
      { a: "Tea", b: "12" },
      ["body/a"],
    ],
    ["2020-12 keywords", { prefixItems: [{ type: "string" }], items: false }, ["a", "b"], ["body"]],
  ])("%s", (_, schema, value, paths) => {
    expect(validate(schema, value).map(({ path }) => path)).toEqual(paths);
  });

  test("draft-07 keywords mean what they meant", () => {
    const schema = { items: [{ type: "string" }], additionalItems: false };
    expect(validate(schema, ["a", 1], "draft-07")).toHaveLength(1);
  });

  test("all violations are told up to the limit, and never the data", () => {
    const found = validate({ items: { enum: ["a", "b"] } }, Array(50).fill("secret"));
    expect(found).toHaveLength(LIMITS.violations_max);
    expect(JSON.stringify(found)).not.toContain("secret");
    expect(found[0]).toEqual({ path: "body/0", message: 'must be one of "a", "b"' });
  });

  test("a list of unique things is checked in linear time", () => {
    const items = Array.from({ length: 50_000 }, (_, index) => ({ index }));
    const began = performance.now();
    expect(validate({ uniqueItems: true }, items)).toEqual([]);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test.each<[string, unknown, string]>([
    ["a remote reference", { $ref: "https://example.com/schema.json" }, "refers to https://example.com"],
    ["a file", { properties: { a: { $ref: "order.json#/x" } } }, "refers to order.json"],
    ["a backtracking pattern", { pattern: "(a)\\1" }, "does not compile"],
    ["no schema", { type: "strnig" }, "does not compile"],
    ["a reference to nothing", { $ref: "#/$defs/none" }, "does not compile"],
    ["a huge schema", { enum: Array(60_000).fill("abcdef") }, "larger than"],
  ])("%s is refused", (_, schema, message) => {
    const compiled = compileSchema(schema, { draft: "2020-12", place: "body" });
    expect(compiled.ok ? "" : compiled.error).toContain(message);
  });

  test("the dialect is what the schema says", () => {
    expect(draftOf({ $schema: "http://json-schema.org/draft-07/schema#" })).toEqual({ ok: true, value: "draft-07" });
    expect(draftOf({})).toEqual({ ok: true, value: "2020-12" });
    expect(draftOf({ $schema: "http://json-schema.org/draft-03/schema#" }).ok).toBe(false);
  });
});

describe("templates", () => {
  const known: Record<string, string> = {
    "param.id": "a/b c",
    "header.x": "é",
    "word.consumer": "shop",
    "query.q": "..",
  };
  const values = (place: TemplatePlace) => known[`${place.source}.${place.name}`];
  const parsed = (text: string) => {
    const template = parseTemplate(text);
    if (!template.ok) throw new Error(template.error);
    return template.value;
  };

  test.each<[string, string | undefined]>([
    ["plain", "plain"],
    ["{consumer}-{header.X}", "shop-é"],
    ["{header.none}", undefined],
    ["[{header.none}]", "[]"],
    ["{{{consumer}}}", "{shop}"],
  ])("%s", (text, rendered) => {
    expect(renderTemplate(parsed(text), values)).toBe(rendered);
  });

  test.each<[string, string | undefined]>([
    ["/v2/{param.id}", "/v2/a%2Fb%20c"],
    ["/v2/{query.q}", undefined],
    ["/v2/{query.none}", undefined],
  ])("a value in the path %s stays one segment", (text, rendered) => {
    expect(renderPath(parsed(text), values)).toBe(rendered);
  });

  test.each(["{", "}", "{consumre}", "{param.}", "{param}", "{env.HOME}", "{header.a b}"])("%s is refused", (text) => {
    expect(parseTemplate(text).ok).toBe(false);
  });

  test.each<[string, string | undefined]>([
    ["a\r\nset-cookie: x", undefined],
    ["a\0", undefined],
    ["José", "Jos%C3%A9"],
    [" plain ", "plain"],
    ["x".repeat(10_000), undefined],
    ["\ud800", undefined],
  ])("%j as a header value", (text, value) => {
    expect(headerValue(text)).toBe(value);
  });
});

describe("expressions", () => {
  const run = async (text: string, input: unknown = {}, bindings = {}) => {
    const compiled = compileExpression(text);
    if (!compiled.ok) throw new Error(compiled.error);
    return compiled.value.evaluate(input, bindings);
  };

  test("make one value of another", async () => {
    const made = await run(
      '{"total": $sum(items.price), "who": $param.id}',
      { items: [{ price: 2 }, { price: 3 }] },
      {
        param: { id: "a" },
      },
    );
    expect(made).toEqual({ ok: true, value: { total: 5, who: "a" } });
  });

  test("patterns work, in linear time", async () => {
    expect(await run('$replace("a1b22", /\\d+/, "#")')).toEqual({ ok: true, value: "a#b#" });
    expect(await run("$match(s, /(A+)b/i).groups", { s: "aab" })).toEqual({ ok: true, value: ["aa"] });
    const began = performance.now();
    await run("$contains(s, /^(a+)+$/)", { s: `${"a".repeat(20_000)}!` });
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test.each([
    ["endless recursion", "($f := function($x){ $f($x + 1) }; $f(1))"],
    ["deep recursion", "($f := function($x){ 1 + $f($x + 1) }; $f(1))"],
    ["a huge list", "[1..10000000]"],
    ["a wrong type", '"a" + 1'],
  ])("%s ends in words", async (_, text) => {
    const began = performance.now();
    expect((await run(text)).ok).toBe(false);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test.each(["$eval(body)", "{ ", "$pad(a, n)", "$match(a, /(?=a)b/)"])("%s is refused", (text) => {
    expect(compileExpression(text).ok).toBe(false);
  });

  test("two evaluations at once do not see each other", async () => {
    const compiled = compileExpression("$who & '!'");
    if (!compiled.ok) throw new Error(compiled.error);
    const both = await Promise.all(["a", "b"].map((who) => compiled.value.evaluate({}, { who })));
    expect(both).toEqual([
      { ok: true, value: "a!" },
      { ok: true, value: "b!" },
    ]);
  });
});
