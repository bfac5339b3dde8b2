// `npm run check`: types, lint, the house rules, unused code. Runs every part even when one fails, and says which did.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.mjs";
import { pinnedNode } from "./process.mjs";

const consoleTypes = "apps/console/tsconfig.json";
const tsc = "node_modules/typescript/bin/tsc";

const parts = [
  { name: "types", args: [tsc, "--noEmit"] },
  { name: "types of the console", args: [tsc, "--noEmit", "-p", consoleTypes], needs: consoleTypes },
  { name: "lint and format", args: ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"] },
  { name: "house rules (tidy)", args: ["--disable-warning=ExperimentalWarning", "tools/tidy/main.ts"] },
  { name: "unused code (knip)", args: ["node_modules/knip/bin/knip.js"] },
];

/** @returns the exit code: 0 when every part passed */
export function check() {
  const node = pinnedNode();
  const present = parts.filter(({ needs }) => needs === undefined || existsSync(join(root, needs)));
  const results = present.map(({ name, args }) => {
    console.log(`\n── ${name}`);
    return { name, passed: spawnSync(node, args, { cwd: root, stdio: "inherit" }).status === 0 };
  });
  console.log();
  for (const { name, passed } of results) console.log(`${passed ? "✓" : "✗"} ${name}`);
  return results.every(({ passed }) => passed) ? 0 : 1;
}
