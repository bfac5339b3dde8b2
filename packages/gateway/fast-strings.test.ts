import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// What a dependency does to a built-in prototype is paid by every call: as a dictionary, each of its methods misses its inline cache.
const PROTOTYPES = ["String", "Array", "Map", "Object", "Promise", "Number", "RegExp", "Buffer"];

test("no module of the gateway leaves a built-in prototype as a dictionary", () => {
  const entry = fileURLToPath(new URL("./index.ts", import.meta.url));
  const script = `
    await import(${JSON.stringify(entry)});
    const slow = ${JSON.stringify(PROTOTYPES)}.filter((name) => !%HasFastProperties(globalThis[name].prototype));
    console.log(slow.join(" "));`;
  const args = ["--allow-natives-syntax", "--input-type=module", "-e", script];
  const run = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(run.stderr).not.toContain("Error");
  expect(run.stdout.trim()).toBe("");
});
