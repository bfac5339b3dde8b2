import { systemClock } from "@holdfast/base";
import { describe, expect, test } from "vitest";
import { part } from "../../../tests/parts/index.ts";
import type { Counters, Limit } from "./counters.ts";
import { createRedisState } from "./redis.ts";
import { createSharedCounters } from "./shared.ts";

const perMinute = (count: number, burst = count): Limit => ({ rate: { count, window_ms: 60_000 }, burst });
const perSecond = (count: number, burst = count): Limit => ({ rate: { count, window_ms: 1000 }, burst });

type Step = {
  at_ms: number;
  key?: string;
  gives: "pass" | "refuse";
  remaining?: number;
  retry_after_ms?: number;
  reset_ms?: number;
};

/** Steps of one case share a limit; `at_ms` counts from its beginning. */
const cases: { name: string; limit: Limit; steps: Step[] }[] = [
  {
    name: "the burst comes at once, then the rate decides",
    limit: perMinute(2),
    steps: [
      { at_ms: 0, gives: "pass", remaining: 1, reset_ms: 30_000 },
      { at_ms: 0, gives: "pass", remaining: 0, reset_ms: 60_000 },
      { at_ms: 0, gives: "refuse", remaining: 0, retry_after_ms: 30_000, reset_ms: 60_000 },
      { at_ms: 29_999, gives: "refuse", retry_after_ms: 1 },
      { at_ms: 30_000, gives: "pass", remaining: 0 },
      { at_ms: 90_000, gives: "pass", remaining: 1 },
    ],
  },
  {
    name: "a burst smaller than the rate",
    limit: perSecond(10, 1),
    steps: [
      { at_ms: 0, gives: "pass", remaining: 0 },
      { at_ms: 99, gives: "refuse" },
      { at_ms: 100, gives: "pass" },
    ],
  },
  {
    name: "intervals that are no whole milliseconds lose nothing",
    limit: perSecond(3),
    steps: [
      ...Array.from({ length: 3 }, (): Step => ({ at_ms: 0, gives: "pass" })),
      { at_ms: 0, gives: "refuse" },
      { at_ms: 1000, gives: "pass", remaining: 2 },
      { at_ms: 1000, gives: "pass", remaining: 1 },
      { at_ms: 1000, gives: "pass", remaining: 0 },
      { at_ms: 1000, gives: "refuse" },
    ],
  },
  {
    name: "keys do not share",
    limit: perSecond(1),
    steps: [
      { at_ms: 0, key: "a", gives: "pass" },
      { at_ms: 0, key: "b", gives: "pass" },
      { at_ms: 0, key: "a", gives: "refuse" },
    ],
  },
  {
    name: "a clock that steps back costs at most one full bucket",
    limit: perSecond(1),
    steps: [
      { at_ms: 3_600_000, gives: "pass" },
      { at_ms: 0, gives: "refuse", retry_after_ms: 1000 },
      { at_ms: 1000, gives: "pass" },
    ],
  },
];

/** A busy test machine answers late. */
const patient = { clock: systemClock, answer_ms: 10_000 };

function redisCounters(url: string, options = patient): Counters & { close(): Promise<void> } {
  const { counters, close } = createRedisState(url, options);
  return { ...counters, close };
}

const began_ms = Date.UTC(2026, 0, 5);
let run = 0;

function contract(title: string, open: () => Promise<Counters & { close?(): Promise<void> }>): void {
  describe(title, () => {
    test.each(cases)("$name", async ({ limit, steps }) => {
      const counters = await open();
      const prefix = `case-${run++}-`;
      for (const { at_ms, key = "key", gives, ...expected } of steps) {
        const taken = await counters.take(prefix + key, limit, began_ms + at_ms);
        expect({ at_ms, gives: taken.allowed ? "pass" : "refuse" }).toEqual({ at_ms, gives });
        for (const [field, value] of Object.entries(expected))
          expect(taken[field as keyof typeof taken], `${field} at ${at_ms}`).toBeCloseTo(value, 3);
        expect(taken.limit).toBe(limit.burst);
      }
      await counters.close?.();
    });

    test("what is given back can be taken again, once", async () => {
      const counters = await open();
      const key = `back-${run++}`;
      const take = async (at_ms: number) => (await counters.take(key, perMinute(2), began_ms + at_ms)).allowed;
      expect([await take(0), await take(0), await take(0)]).toEqual([true, true, false]);
      await counters.giveBack?.(key);
      expect([await take(0), await take(0)]).toEqual([true, false]);
      await counters.giveBack?.(`nobody-${run++}`);
      await counters.close?.();
    });

    test("a hundred at once get exactly the burst", async () => {
      const counters = await open();
      const key = `crowd-${run++}`;
      const all = await Promise.all(Array.from({ length: 100 }, () => counters.take(key, perMinute(37), began_ms)));
      expect(all.filter(({ allowed }) => allowed)).toHaveLength(37);
      await counters.close?.();
    });
  });
}

contract("in shared memory", async () => createSharedCounters());

const redis = await part("redis");
redis.describe("with a server", ({ freshDatabase }) => {
  contract("in Redis", async () => redisCounters(await freshDatabase()));

  test("two nodes share one bucket", async () => {
    const url = await freshDatabase();
    const [here, there] = [redisCounters(url), redisCounters(url)];
    expect(await here.take("key", perMinute(1), began_ms)).toMatchObject({ allowed: true });
    expect(await there.take("key", perMinute(1), began_ms)).toMatchObject({ allowed: false });
    await Promise.all([here.close(), there.close()]);
  });
});

test("without a server a call hears soon that nothing is counted", async () => {
  const counters = redisCounters("redis://127.0.0.1:1", { clock: systemClock, answer_ms: 250 });
  const began = performance.now();
  await expect(counters.take("key", perMinute(1), began_ms)).rejects.toThrow();
  expect(performance.now() - began).toBeLessThan(1000);
  await counters.close();
});
