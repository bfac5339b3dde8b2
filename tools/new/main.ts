// `npm run new <kind> <name>`: scaffolds an extension, formats what it wrote, and says what is left to do.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { kinds } from "./kinds.ts";
import { fill, spell } from "./names.ts";
import { scaffold } from "./scaffold.ts";

const root = join(import.meta.dirname, "..", "..");
const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");

function run(kindName = "", nameGiven = ""): number {
  const kind = Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined;
  const name = spell(nameGiven);
  if (!kind || !name) {
    console.error(`Usage: npm run new <${Object.keys(kinds).join("|")}> <name-in-lower-case>`);
    return 2;
  }
  const written = scaffold(root, kindName, kind, name);
  spawnSync(process.execPath, [biome, "check", "--write", ...written], { cwd: root, stdio: "ignore" });
  console.log(written.map((path) => `wrote ${path}`).join("\n"));
  console.log(`\nNext:\n${kind.next.map((line) => `  ${fill(line, name)}`).join("\n")}`);
  return 0;
}

try {
  process.exitCode = run(...process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
