import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PAGES, pathOfPage } from "./main.ts";

test.each(Object.entries(PAGES))("docs/%s says what the code says (else: npm run docs)", (name, page) => {
  expect(readFileSync(pathOfPage(name), "utf8")).toBe(page());
});

test("docs/known-faults.md names tests that are there", () => {
  const text = readFileSync(pathOfPage("known-faults.md"), "utf8");
  const named = [...text.matchAll(/`([^`]+\.test\.tsx?)`/g)].map(([, path]) => path as string);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((path) => !existsSync(join(import.meta.dirname, "../..", path)))).toEqual([]);
});
