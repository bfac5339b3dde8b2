// Each kind is scaffolded into a copy of the packages, where it must pass the type checker: templates cannot go stale.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kinds } from "./kinds.ts";
import { fill, spell } from "./names.ts";
import { scaffold } from "./scaffold.ts";

const root = join(import.meta.dirname, "..", "..");
const name = spell("slow-answers");
if (!name) throw new Error("the name has to be one");

const folders = Object.values(kinds).flatMap(({ folder }) => (folder ? [`${folder}/${name.kebab}`] : []));
/** Where the cases of each kind are run. */
const suites = ["packages/gateway/policies", "packages/detection/detectors", "packages/comms/notifiers/slow-answers"];

test("names are lower-case words joined by hyphens", () => {
  expect(name).toMatchObject({
    snake: "slow_answers",
    camel: "slowAnswers",
    Pascal: "SlowAnswers",
    words: "slow answers",
  });
  for (const wrong of ["", "Slow", "slow_answers", "-slow", "../slow", "2slow"]) expect(spell(wrong)).toBeUndefined();
  expect(fill("create__Pascal__(__other__)", name)).toBe("createSlowAnswers(__other__)");
});

describe("in a copy of the packages", () => {
  let copy = "";

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "holdfast-new-"));
    copyPackages(copy);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test.each(Object.entries(kinds))("a new %s is on its lists, and is made once", (kindName, kind) => {
    const written = scaffold(copy, kindName, kind, name);
    for (const path of written) expect(readFileSync(join(copy, path), "utf8"), path).toMatch(/slow[-_ ]?answers/i);
    if (kind.folder) expect(() => scaffold(copy, kindName, kind, name)).toThrow("is there already");
  });

  test("what was scaffolded passes the type checker", () => {
    const files = folders.flatMap((folder) => readdirSync(join(copy, folder)).map((file) => `${folder}/${file}`));
    const { stdout } = run("typescript/bin/tsc", "-p", "tsconfig.json", "--noEmit");
    expect(files.length).toBeGreaterThan(0);
    expect(stdout.split("\n").filter((line) => files.some((file) => line.startsWith(file)))).toEqual([]);
  });

  test("what was scaffolded passes its contract suite", () => {
    const { stdout, stderr } = run("vitest/vitest.mjs", "run", "--reporter=verbose", ...suites);
    for (const title of ["policy slow-answers", "detector slow_answers", "notifiers/slow-answers"])
      expect(stdout, stderr).toContain(title);
    expect(stdout, stderr).not.toMatch(/\bFAIL\b|\bfailed\b/);
  });

  function run(program: string, ...args: string[]) {
    const env = { ...process.env, NO_COLOR: "1", VITEST: undefined };
    return spawnSync(process.execPath, [join(root, "node_modules", program), ...args], {
      cwd: copy,
      encoding: "utf8",
      env,
    });
  }
});

/** Sources are copied; what is installed is linked, but our own packages to their copies. */
function copyPackages(copy: string): void {
  const isSource = (path: string) => !/\/(node_modules|dist)(\/|$)/.test(path.slice(root.length));
  for (const path of ["packages", "tsconfig.json"])
    cpSync(join(root, path), join(copy, path), { recursive: true, filter: isSource });
  mkdirSync(join(copy, "node_modules", "@holdfast"), { recursive: true });
  for (const entry of readdirSync(join(root, "node_modules"))) {
    if (entry !== "@holdfast") symlinkSync(join(root, "node_modules", entry), join(copy, "node_modules", entry));
  }
  for (const entry of readdirSync(join(copy, "packages"))) {
    const place = join(copy, "packages", entry);
    if (existsSync(join(place, "package.json"))) symlinkSync(place, join(copy, "node_modules", "@holdfast", entry));
  }
}
