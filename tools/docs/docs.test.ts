import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policies } from "@holdfast/gateway";
import { expect, onTestFinished, test } from "vitest";
import { brokenLinks } from "./links.ts";
import { PAGES, pathOfPage } from "./main.ts";

import { settingsPage } from "./settings.ts";

const ROOT = join(import.meta.dirname, "../..");

test.each(Object.entries(PAGES))("docs/%s says what the code says (else: npm run docs)", (name, page) => {
  expect(readFileSync(pathOfPage(name), "utf8")).toBe(page());
});

test("docs/policies/ has a page for each policy, and no other", () => {
  const pages = readdirSync(pathOfPage("policies")).map((name) => `policies/${name}`);
  expect(pages.sort()).toEqual(policies.map(({ id }) => `policies/${id}.md`).sort());
});

test("docs/known-faults.md names tests that are there", () => {
  const text = readFileSync(pathOfPage("known-faults.md"), "utf8");
  const named = [...text.matchAll(/`([^`]+\.test\.tsx?)`/g)].map(([, path]) => path as string);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("every key of the settings says what it means", () => {
  const rows = settingsPage()
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  expect(rows.length).toBeGreaterThan(450);
  expect(rows.filter((row) => row.endsWith("|  |"))).toEqual([]);
});

test("links of the written pages lead to files and headings that are there", () => {
  expect(brokenLinks(ROOT)).toEqual([]);
});

test("a link to a file or a heading that is not there is found; one in an example is none", () => {
  const folder = mkdtempSync(join(tmpdir(), "links-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, "a.md"),
    "[x](b.md#http2-and-more) [x](b.md#gone) [x](c.md) [x](https://example.com/c.md)\n",
  );
  writeFileSync(join(folder, "b.md"), "# HTTP/2, and more\n\n```md\n# gone\n[x](d.md)\n```\n");
  expect(brokenLinks(folder)).toEqual(["a.md → b.md#gone", "a.md → c.md"]);
});
