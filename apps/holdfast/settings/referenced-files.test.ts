import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulatedClock } from "@holdfast/base";
import { afterEach, expect, test } from "vitest";
import { createReferencedFiles } from "./referenced-files.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-referenced-"));
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

test("a change is told once, to whom the file belongs, when both files of a pair are at rest", async () => {
  const clock = simulatedClock(0);
  const [certificate, key, other] = ["certificate", "key", "other"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [certificate, key]) writeFileSync(path, "old");
  const files = createReferencedFiles();
  const told: string[] = [];
  for (const path of [certificate, key]) files.noteFor("acme")(path);
  files.noteFor("other")(other);
  const stop = files.watch(clock, (workspace) => told.push(workspace));
  await clock.advance(10_000);
  expect(told).toEqual([]);
  writeFileSync(certificate, "newer");
  await clock.advance(2_000);
  writeFileSync(`${key}.next`, "newer");
  renameSync(`${key}.next`, key);
  await clock.advance(2_000);
  expect(told).toEqual([]);
  await clock.advance(10_000);
  expect(told).toEqual(["acme"]);
  writeFileSync(other, "there now");
  await clock.advance(10_000);
  expect(told).toEqual(["acme", "other"]);
  stop();
  writeFileSync(other, "and again");
  await clock.advance(10_000);
  expect(told).toHaveLength(2);
});
