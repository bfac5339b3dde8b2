import { expect, test } from "vitest";
import { Tally } from "./kind.ts";
import { isLong, judge, type Soak, slopes } from "./verdict.ts";
import type { Look } from "./watch.ts";

const look = (more: Partial<Look> = {}): Look => ({
  at_s: 0,
  memory_mb: 500,
  descriptors: 50,
  threads: 13,
  cpu_s: 0,
  store_mb: 200,
  store_descriptors: 25,
  ...more,
});

/** Twenty minutes, one look each; `memory_mb` by minute. */
const soaked = (memory_mb: (minute: number) => number, more: Partial<Soak> = {}): Soak => ({
  minutes: 20,
  tally: new Tally(),
  looks: Array.from({ length: 20 }, (_, minute) => look({ at_s: minute * 60, memory_mb: memory_mb(minute) })),
  before: look(),
  after: look({ descriptors: 70 }),
  compared: [{ place: "routes.shop", made: 10, recorded: 10 }],
  counted: { requests: 10, shed: 0, dropped: 0, running: 0, cache_mb: 1, main_heap_mb: 50, cache: {} },
  ready_status: 200,
  exit_code: 0,
  reloads: { applied: 1, refused: 0 },
  pressed: { served: 20, most: 20 },
  ...more,
});

const broken = (soak: Soak): string[] => judge(soak).flatMap(({ what, holds }) => (holds ? [] : [what]));
const steady = (): number => 500;
const MEMORY = "memory, median of the second quarter → of the last";

test("at its limits everything holds", () => {
  expect(broken(soaked(steady))).toEqual([]);
});

test("memory that rises by more than a tenth, or by more than 60 MB, does not hold; the first quarter counts for nothing", () => {
  const from = (low_mb: number, high_mb: number) => soaked((minute) => (minute < 10 ? low_mb : high_mb));
  expect(broken(from(500, 550))).toEqual([]);
  expect(broken(from(500, 551))).toEqual([MEMORY]);
  expect(broken(from(1000, 1061))).toEqual([MEMORY]);
  expect(broken(soaked((minute) => (minute < 5 ? 100 : 500)))).toEqual([]);
});

test("what does not hold is named", () => {
  const tally = new Tally();
  tally.made("chats", "models.assistant");
  tally.failed("chats", "status 503");
  expect(broken(soaked(steady, { tally }))).toEqual(["failed calls"]);
  expect(broken(soaked(steady, { after: look({ descriptors: 71 }) }))).toHaveLength(1);
  expect(broken(soaked(steady, { compared: [{ place: "routes.shop", made: 10, recorded: 11 }] }))).toHaveLength(1);
  expect(broken(soaked(steady, { counted: { ...soaked(steady).counted, requests: 9 } }))).toHaveLength(1);
  expect(broken(soaked(steady, { exit_code: null, ready_status: 503 }))).toHaveLength(2);
  expect(broken(soaked(steady, { pressed: { served: 21, most: 20 } }))).toHaveLength(1);
});

test("a short run judges nothing of memory", () => {
  const short = soaked((minute) => 500 + 100 * minute, { minutes: 1 });
  expect(isLong(short)).toBe(false);
  expect(broken(short)).toEqual([]);
});

test("slopes are of the last three quarters, in MB an hour", () => {
  const { process, store } = slopes(soaked((minute) => (minute < 5 ? 0 : 500 + minute)).looks);
  expect(process).toBeCloseTo(60);
  expect(store).toBeCloseTo(0);
});
