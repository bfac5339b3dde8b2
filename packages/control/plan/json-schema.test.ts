// The published JSON Schema is generated; this compares it, and `vitest -u` writes it anew.
import { expect, test } from "vitest";
import { keysAt, schemasAt, settingsJsonSchema } from "./json-schema.ts";

test("docs/holdfast.schema.json is what the code validates", async () => {
  await expect(`${JSON.stringify(settingsJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    "../../../docs/holdfast.schema.json",
  );
});

test("knows the keys of a place, through names and branches", () => {
  expect(keysAt(["routes", "orders", "match"])).toEqual(["host", "path", "methods", "headers", "query", "version"]);
  expect(keysAt(["models", "a", "releases", "s", "targets", 0])).toEqual(["fallback"]);
  expect(keysAt(["launches", "l", "exit", "x"])).toContain("over_last");
  expect(keysAt(["services"])).toEqual([]);
});

test("knows which values are secrets", () => {
  const secretAt = (...path: (string | number)[]) => schemasAt(path).map(({ secret }) => secret);
  expect(secretAt("consumers", "web", "keys", 0)).toContain("whole");
  expect(secretAt("consumers", "web", "keys", 0, "key")).toEqual(["whole"]);
  expect(secretAt("identity", "staff", "users", "lena", "password")).toEqual(["whole"]);
  expect(secretAt("providers", "openai", "key")).toEqual(["whole"]);
  expect(secretAt("mail", "smtp")).toEqual(["password"]);
  expect(secretAt("workspace")).toEqual([undefined]);
});
