import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PAGES, pathOfPage } from "./main.ts";
import { settingsPage } from "./settings.ts";

test.each(Object.entries(PAGES))("docs/%s says what the code says (else: npm run docs)", (name, page) => {
  expect(readFileSync(pathOfPage(name), "utf8")).toBe(page());
});

test("docs/known-faults.md names tests that are there", () => {
  const text = readFileSync(pathOfPage("known-faults.md"), "utf8");
  const named = [...text.matchAll(/`([^`]+\.test\.tsx?)`/g)].map(([, path]) => path as string);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((path) => !existsSync(join(import.meta.dirname, "../..", path)))).toEqual([]);
});

test("every key of the settings says what it means", () => {
  const rows = settingsPage()
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  expect(rows.length).toBeGreaterThan(450);
  expect(rows.filter((row) => row.endsWith("|  |"))).toEqual([]);
});
