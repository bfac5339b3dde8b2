import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LIMITS, type Log, simulatedClock } from "@holdfast/base";
import { newLimitBuffers, sharedState } from "@holdfast/gateway";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepQuotas, readQuotas } from "./quota-file.ts";

let folder: string;
let path: string;
const errors: string[] = [];
const say = (_: unknown, message: string): void => void errors.push(message);
const log: Log = { debug: say, info: say, warn: say, error: say };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-quotas-"));
  path = join(folder, "quotas");
  errors.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const clock = simulatedClock();
const ask = { count: 5, ends_ms: clock.now() + 30 * 86_400_000 };

function counted(quotas?: SharedArrayBuffer) {
  const buffers = { ...newLimitBuffers(1), ...(quotas ? { quotas } : {}) };
  const state = sharedState(buffers, 0);
  const take = async (key = "k") => await state.quotas.take(key, ask, clock.now());
  return { buffer: buffers.quotas, take };
}

test("what a killed process loses is the last second at most", async () => {
  const before = counted();
  keepQuotas(path, before.buffer, { clock, log });
  await before.take();
  await before.take();
  await clock.advance(LIMITS.quota_spill_ms);
  await expect.poll(() => readQuotas(path, { clock, log }) !== undefined).toBe(true);
  await before.take("lost");
  // Nothing is closed: this is the kill.
  const after = counted(readQuotas(path, { clock, log }));
  expect(await after.take()).toMatchObject({ allowed: true, remaining: 2 });
  expect(await after.take("lost")).toMatchObject({ remaining: 4 });
});

test("a process that is stopped loses nothing", async () => {
  const before = counted();
  const file = keepQuotas(path, before.buffer, { clock, log });
  for (let call = 0; call < 5; call++) await before.take();
  await file.close();
  const after = counted(readQuotas(path, { clock, log }));
  expect(await after.take()).toMatchObject({ allowed: false });
  expect(errors).toEqual([]);
});

test.each([
  ["cut", (bytes: Buffer) => bytes.subarray(0, bytes.length - 24)],
  ["changed", (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 30 ? byte ^ 1 : byte)))],
  ["empty", () => Buffer.alloc(0)],
  ["something else", () => Buffer.alloc(4000, "x")],
])("a file that is %s is not believed", async (_, damage) => {
  const before = counted();
  const file = keepQuotas(path, before.buffer, { clock, log });
  await before.take();
  await file.close();
  writeFileSync(path, damage(readFileSync(path)));
  expect(readQuotas(path, { clock, log })).toBeUndefined();
  expect(errors).toEqual(["the file of quotas is damaged: they begin anew"]);
});

test("nothing is written while nothing moves", async () => {
  const { buffer } = counted();
  const file = keepQuotas(path, buffer, { clock, log });
  await clock.advance(10 * LIMITS.quota_spill_ms);
  await file.close();
  expect(readQuotas(path, { clock, log })).toBeUndefined();
});
