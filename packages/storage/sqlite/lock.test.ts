import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockDatabase, lockHolder } from "./lock.ts";
import { processMark, runningProcess } from "./process-mark.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-lock-"));
  file = join(folder, "data");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Another process that runs until its input ends; `script` runs in it. */
async function other(script: string) {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "-e", script],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  await once(child.stdout, "data");
  return {
    pid: child.pid as number,
    async end() {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}

const lockedElsewhere = () =>
  other(`const { lockDatabase } = await import(${JSON.stringify(new URL("./lock.ts", import.meta.url).href)});
globalThis.kept = lockDatabase(${JSON.stringify(file)});
console.log("locked");
process.stdin.on("end", () => process.exit()).resume();`);

test("one process at a time; who has it can be told, and nothing is left when it is released", async () => {
  expect(lockHolder(file)).toEqual({ held: false, pid: undefined });
  const holder = await lockedElsewhere();
  expect(lockHolder(file)).toEqual({ held: true, pid: holder.pid });
  expect(() => lockDatabase(file)).toThrow(`is in use by process ${holder.pid}.`);
  await holder.end();
  expect(lockHolder(file).held).toBe(false);
  lockDatabase(file).release();
  expect(existsSync(`${file}.pid`)).toBe(false);
});

test("to look takes nothing away", async () => {
  const holder = await lockedElsewhere();
  for (let look = 0; look < 3; look++) expect(lockHolder(file).pid).toBe(holder.pid);
  await holder.end();
});

test("a number that another process has by now, or this one, tells nobody", async () => {
  const holder = await lockedElsewhere();
  const bystander = await other(`console.log("here"); process.stdin.on("end", () => process.exit()).resume();`);
  writeFileSync(`${file}.pid`, processMark(bystander.pid).replace(/\d+$/, "1"));
  expect(lockHolder(file)).toEqual({ held: true, pid: undefined });
  writeFileSync(`${file}.pid`, processMark(process.pid));
  expect(lockHolder(file)).toEqual({ held: true, pid: undefined });
  expect(runningProcess(processMark(bystander.pid))).toBe(bystander.pid);
  const mark = processMark(bystander.pid);
  await bystander.end();
  expect(runningProcess(mark)).toBeUndefined();
  await holder.end();
});
