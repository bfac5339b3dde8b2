import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { idSource, systemClock } from "@holdfast/base";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "../open-store.ts";

const WRITER = fileURLToPath(new URL("./writer.test-process.ts", import.meta.url));
const KILLS = 6;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-durability-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function startWriter(): ChildProcess {
  const stdio: ("ignore" | "pipe" | "inherit")[] = ["ignore", "pipe", "inherit"];
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", WRITER, folder], { stdio });
}

/** Kills the writer, without warning, once it has acknowledged this many; resolves with all that it acknowledged. */
async function writeAndKill(acknowledgements: number): Promise<number[]> {
  const writer = startWriter();
  const acknowledged: number[] = [];
  if (!writer.stdout) throw new Error("the writer has no output");
  for await (const line of createInterface(writer.stdout)) {
    acknowledged.push(Number(line));
    if (acknowledged.length === acknowledgements) writer.kill("SIGKILL");
  }
  return acknowledged;
}

test("what was acknowledged is there after kill -9, again and again, and nobody repairs anything", async () => {
  const acknowledged: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) acknowledged.push(...(await writeAndKill(5 + 17 * kill)));
  const store = await openStore({ url: `sqlite:${folder}`, clock: systemClock, ids: idSource() });
  const stored = new Set<number>();
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? { limit: 200 } : { limit: 200, cursor };
    const page = await store.transact("shop", ({ issues }) => issues.list({ state: "all" }, query));
    for (const { number } of page.items) stored.add(number);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  await store.close();
  expect(acknowledged.length).toBeGreaterThan(KILLS * 5);
  expect(acknowledged.filter((number) => !stored.has(number))).toEqual([]);
}, 60_000);

test("a second process is told who holds the folder, and gets it once that one was killed", async () => {
  const writer = startWriter();
  if (!writer.stdout) throw new Error("the writer has no output");
  await once(writer.stdout, "data");
  const open = () => openStore({ url: `sqlite:${folder}`, clock: systemClock, ids: idSource() });
  await expect(open()).rejects.toThrow(`The data folder ${folder} is in use by process ${writer.pid}.`);
  writer.kill("SIGKILL");
  await once(writer, "exit");
  await (await open()).close();
}, 30_000);
