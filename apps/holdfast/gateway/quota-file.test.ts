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
const any_day = { count: 5, window_ms: 86_400_000 };

function counted(kept: ReturnType<typeof readQuotas> = {}) {
  const buffers = { ...newLimitBuffers(1), ...kept };
  const state = sharedState(buffers, 0);
  const take = async (key = "k") => await state.quotas.take(key, ask, clock.now());
  const slide = async () => await state.sliding.take("k", any_day, clock.now());
  return { buffers, take, slide };
}

test("what a killed process loses is the last second at most", async () => {
  const before = counted();
  keepQuotas(path, before.buffers, { clock, log });
  await before.take();
  await before.take();
  await clock.advance(LIMITS.quota_spill_ms);
  await expect.poll(() => readQuotas(path, { clock, log }).quotas !== undefined).toBe(true);
  await before.take("lost");
  // Nothing is closed: this is the kill.
  const after = counted(readQuotas(path, { clock, log }));
  expect(await after.take()).toMatchObject({ allowed: true, remaining: 2 });
  expect(await after.take("lost")).toMatchObject({ remaining: 4 });
});

test("a process that is stopped loses nothing", async () => {
  const before = counted();
  const file = keepQuotas(path, before.buffers, { clock, log });
  for (let call = 0; call < 5; call++) await before.take();
  await file.close();
  const after = counted(readQuotas(path, { clock, log }));
  expect(await after.take()).toMatchObject({ allowed: false });
  expect(errors).toEqual([]);
});

test("a quota that slides goes on from all of its slices", async () => {
  const before = counted();
  const files = keepQuotas(path, before.buffers, { clock, log });
  for (let call = 0; call < 3; call++) await before.slide();
  await clock.advance(any_day.window_ms / 2);
  await before.slide();
  await files.close();
  const after = counted(readQuotas(path, { clock, log }));
  expect(await after.slide()).toMatchObject({ allowed: true, remaining: 0 });
  expect(await after.slide()).toMatchObject({ allowed: false });
  await clock.advance(any_day.window_ms / 2 + any_day.window_ms / 24);
  expect(await after.slide()).toMatchObject({ allowed: true, remaining: 2 });
  // Nothing of the calendar moved.
  expect(readQuotas(path, { clock, log }).quotas).toBeUndefined();
});

test.each([
  ["cut", (bytes: Buffer) => bytes.subarray(0, bytes.length - 24)],
  ["changed", (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 30 ? byte ^ 1 : byte)))],
  ["empty", () => Buffer.alloc(0)],
  ["something else", () => Buffer.alloc(4000, "x")],
])("a file that is %s is not believed", async (_, damage) => {
  const before = counted();
  const file = keepQuotas(path, before.buffers, { clock, log });
  await before.take();
  await file.close();
  writeFileSync(path, damage(readFileSync(path)));
  expect(readQuotas(path, { clock, log })).toEqual({});
  expect(errors).toEqual(["the file of quotas is damaged: they begin anew"]);
});

test("nothing is written while nothing moves", async () => {
  const { buffers } = counted();
  const file = keepQuotas(path, buffers, { clock, log });
  await clock.advance(10 * LIMITS.quota_spill_ms);
  await file.close();
  expect(readQuotas(path, { clock, log })).toEqual({});
});
