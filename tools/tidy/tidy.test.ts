// Every rule bites on what it forbids and lets pass what only looks alike; the import table has no ring.

import { describe, expect, test } from "vitest";
import { dataPlane, importTable, mayImportEverything, platform, reaches } from "./import-table.ts";
import { countOffenders, turn, worse } from "./ratchet.ts";
import type { Example, Rule } from "./rule.ts";
import { rules } from "./rules.ts";
import { parseSource } from "./source.ts";

const say = (rule: Rule, { path, text }: Example) => rule.check(parseSource(path, text)).map(({ says }) => says);

describe.each(rules.map((rule) => [rule.id, rule] as const))("the rule %s", (_id, rule) => {
  test("has an example for each side", () => {
    expect(rule.bites.length).toBeGreaterThan(0);
    expect(rule.allows.length).toBeGreaterThan(0);
  });

  test.each(rule.bites)("bites in $path: $says", ({ says, ...example }) => {
    expect(say(rule, example)).toEqual([says]);
  });

  test.each(rule.allows)("lets $path pass ($#)", (example) => {
    expect(say(rule, example)).toEqual([]);
  });
});

describe("the import table", () => {
  test.each(Object.keys(importTable))("%s does not reach itself", (name) => {
    expect(reaches(name)).not.toContain(name);
  });

  test("a ring would be seen", () => {
    expect(reaches("a", { a: ["b"], b: ["c"], c: ["a"] })).toContain("a");
  });

  test("names only packages that have a row", () => {
    const named = Object.values(importTable).flat();
    expect(named.filter((name) => !(name in importTable))).toEqual([]);
    expect(mayImportEverything.filter((name) => name in importTable)).toEqual([]);
  });

  test.each(dataPlane)("%s does not contain the platform, by any detour", (name) => {
    expect([...reaches(name)].filter((reached) => platform.includes(reached))).toEqual([]);
  });
});

describe("the ratchet", () => {
  const long = parseSource("packages/a/b.ts", `function f() {\n${"  x();\n".repeat(31)}}\n`);

  test("counts what is over an aim", () => {
    expect(countOffenders([long])).toEqual({ files_over_300_lines: 0, functions_over_30_lines: 1 });
  });

  test("lets a count fall and not rise", () => {
    expect(worse({ f: 2 }, { f: 3 })).toEqual([]);
    expect(worse({ f: 4 }, { f: 3 })).toEqual(["f went from 3 to 4: it may only go down"]);
  });

  test("turns only downwards", () => {
    expect(turn({ f: 4, g: 1 }, { f: 3, g: 2 })).toEqual({ f: 3, g: 1 });
    expect(turn({ f: 4 }, undefined)).toEqual({ f: 4 });
  });
});
