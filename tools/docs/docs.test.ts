import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PAGES, pathOfPage } from "./main.ts";

test.each(Object.entries(PAGES))("docs/%s says what the code says (else: npm run docs)", (name, page) => {
  expect(readFileSync(pathOfPage(name), "utf8")).toBe(page());
});
