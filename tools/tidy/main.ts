// Runs every rule over every source and prints what is wrong, as `path:line says [rule]`.
// With --update, lowers the ratchet to today's counts; where none is written yet, writes it.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Counts, countOffenders, turn, worse } from "./ratchet.ts";
import { rules } from "./rules.ts";
import { parseSource, type Source } from "./source.ts";

const root = join(import.meta.dirname, "..", "..");
const ratchetFile = join(import.meta.dirname, "ratchet.json");

/** What git knows or would add, so that nothing ignored is read; generated files answer to their generator. */
function readSources(): Source[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  return listed
    .split("\n")
    .filter((path) => /\.(ts|tsx|mts|mjs)$/.test(path) && !/(^|\/)generated\/|\.d\.ts$/.test(path))
    .filter((path) => existsSync(join(root, path)))
    .map((path) => parseSource(path, readFileSync(join(root, path), "utf8")));
}

function readRatchet(): Counts | undefined {
  return existsSync(ratchetFile) ? (JSON.parse(readFileSync(ratchetFile, "utf8")) as Counts) : undefined;
}

function broken(source: Source): string[] {
  return rules.flatMap((rule) =>
    rule.check(source).map(({ line, says }) => `${source.path}:${line} ${says} [${rule.id}]`),
  );
}

const sources = readSources();
const counts = countOffenders(sources);
if (process.argv.includes("--update")) {
  writeFileSync(ratchetFile, `${JSON.stringify(turn(counts, readRatchet()), null, 2)}\n`);
}
const ratchet = readRatchet();
const overAims = ratchet ? worse(counts, ratchet) : ["no ratchet is written yet: node tools/tidy/main.ts --update"];
const problems = [...sources.flatMap(broken), ...overAims];
for (const problem of problems) console.log(problem);
const whys = rules.filter(({ id }) => problems.some((problem) => problem.endsWith(`[${id}]`)));
for (const { id, why } of whys) console.log(`  [${id}] because ${why}`);
console.log(`${sources.length} files, ${rules.length} rules, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
