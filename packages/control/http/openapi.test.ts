import { expect, test } from "vitest";
import { components } from "./components.ts";
import { describeApi } from "./openapi.ts";
import { controlRoutes, publicRoutes } from "./registry.ts";

type Description = {
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, { type?: unknown }> };
};
const description = describeApi() as Description;
const { schemas } = description.components;

test("every route is described once, under its path and method", () => {
  const described = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  const declared = [...controlRoutes, ...publicRoutes].map(({ method, path }) => `${method} ${path}`);
  expect(described.toSorted()).toEqual(declared.toSorted());
});

test("every reference leads to a shape, and every named shape is there", () => {
  const named = Object.keys(schemas).map((name) => `#/components/schemas/${name}`);
  const referred = Array.from(JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g), ([, to]) => to);
  expect(referred.length).toBeGreaterThan(100);
  for (const reference of referred) expect(named).toContain(reference);
  expect(Object.keys(schemas)).toEqual(Object.keys(components));
});

test("no shape may be null by itself, wherever it was met first", () => {
  for (const [name, schema] of Object.entries(schemas))
    expect([name, schema.type]).not.toEqual([name, expect.arrayContaining(["null"])]);
  expect(JSON.stringify(schemas.Overview)).toContain(
    '{"anyOf":[{"$ref":"#/components/schemas/Launch"},{"type":"null"}]}',
  );
});

test("the description is the same whenever it is made", () => {
  expect(JSON.stringify(describeApi())).toBe(JSON.stringify(description));
});
