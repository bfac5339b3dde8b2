import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { generate } from "./generate.ts";

test("what is committed is what the routes say today; else run tools/api-types/generate.ts", async () => {
  for (const [path, text] of await generate()) expect(await readFile(path, "utf8")).toBe(text);
});
