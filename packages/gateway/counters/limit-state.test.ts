import { simulatedClock, systemClock } from "@holdfast/base";
import { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { part } from "../../../tests/parts/index.ts";
import { startRedis } from "../../../tests/parts/redis.ts";
import { spanOf } from "./calendar.ts";
import { type LimitState, newLimitBuffers, sharedState } from "./limit-state.ts";
import type { Placed } from "./places.ts";
import { createSharedQuotas, newQuotaBuffer } from "./quotas.ts";
import { createRedisState } from "./redis.ts";
import { createSharedSliding, newSlidingBuffer } from "./sliding-quotas.ts";
import { withStandIn } from "./stand-in.ts";

const began_ms = Date.UTC(2027, 0, 30, 12);
const ends_ms = Date.UTC(2027, 1, 1);
const HOUR_MS = 3_600_000;
const passing = (limit: number) => ({ allowed: true, retry_after_ms: 0, limit });
const ask = (count: number) => ({ count, ends_ms });

/** Two workers or nodes that count together. */
type Pair = { here: LimitState; there: LimitState; close(): Promise<unknown> };

function contract(title: string, open: () => Promise<Pair>): void {
  describe(title, () => {
    test("a quota is counted together, says what is left and when it begins anew", async () => {
      const { here, there, close } = await open();
      const take = (state: LimitState, at_ms = began_ms) => state.quotas.take("q", ask(2), at_ms);
      const reset_ms = ends_ms - began_ms;
      expect(await take(here)).toEqual({ allowed: true, remaining: 1, retry_after_ms: 0, reset_ms, limit: 2 });
      expect(await take(there)).toMatchObject({ allowed: true, remaining: 0 });
      expect(await take(here)).toMatchObject({ allowed: false, remaining: 0, retry_after_ms: reset_ms });
      const next = { count: 2, ends_ms: Date.UTC(2027, 2, 1) };
      expect(await here.quotas.take("q", next, ends_ms)).toMatchObject({ allowed: true, remaining: 1 });
      await close();
    });

    test("a larger quota keeps what was used", async () => {
      const { here, close } = await open();
      await here.quotas.take("q", ask(1), began_ms);
      expect(await here.quotas.take("q", ask(1), began_ms)).toMatchObject({ allowed: false });
      expect(await here.quotas.take("q", ask(5), began_ms)).toMatchObject({ allowed: true, remaining: 3 });
      await close();
    });

    test("what is given back of a quota can be taken again", async () => {
      const { here, there, close } = await open();
      await here.quotas.take("q", ask(1), began_ms);
      await there.quotas.giveBack("q", ask(1), began_ms);
      expect(await here.quotas.take("q", ask(1), began_ms)).toMatchObject({ allowed: true, remaining: 0 });
      await here.quotas.giveBack("nobody", ask(1), began_ms);
      await close();
    });

    test("a quota that slides is counted together, forgets slice by slice, and says when the next call passes", async () => {
      const { here, there, close } = await open();
      const any_day = { count: 3, window_ms: 24 * HOUR_MS };
      const take = async (state: LimitState, hours: number) =>
        await state.sliding.take("s", any_day, began_ms + hours * HOUR_MS);
      // A slice is an hour here: what came within it is forgotten 25 hours after it began.
      expect(await take(here, 0)).toEqual({ ...passing(3), remaining: 2, reset_ms: 25 * HOUR_MS });
      expect(await take(there, 10.5)).toEqual({ ...passing(3), remaining: 1, reset_ms: 24.5 * HOUR_MS });
      expect(await take(here, 10.75)).toMatchObject({ allowed: true, remaining: 0 });
      const refused = { allowed: false, remaining: 0, limit: 3 };
      expect(await take(there, 24)).toEqual({ ...refused, retry_after_ms: HOUR_MS, reset_ms: 11 * HOUR_MS });
      expect(await take(there, 25)).toMatchObject({ allowed: true, remaining: 0 });
      expect(await take(here, 25)).toEqual({ ...refused, retry_after_ms: 10 * HOUR_MS, reset_ms: 25 * HOUR_MS });
      expect(await take(here, 35)).toMatchObject({ allowed: true, remaining: 1 });
      expect(await take(here, 300)).toMatchObject({ allowed: true, remaining: 2 });
      await close();
    });

    test("a quota that slides keeps what was used of it when it is raised, and refuses until enough is forgotten when lowered", async () => {
      const { here, close } = await open();
      const take = async (count: number, hours: number) =>
        await here.sliding.take("s", { count, window_ms: 24 * HOUR_MS }, began_ms + hours * HOUR_MS);
      for (let hour = 0; hour < 4; hour++) await take(4, hour);
      expect(await take(6, 4)).toMatchObject({ allowed: true, remaining: 1 });
      expect(await take(2, 5)).toMatchObject({ allowed: false, remaining: 0, retry_after_ms: 23 * HOUR_MS });
      await close();
    });

    test("what is given back of a quota that slides can be taken again, also when time has gone on", async () => {
      const { here, there, close } = await open();
      const any_day = { count: 2, window_ms: 24 * HOUR_MS };
      await here.sliding.take("s", any_day, began_ms);
      await here.sliding.take("s", any_day, began_ms + HOUR_MS);
      expect(await there.sliding.take("s", any_day, began_ms + 2 * HOUR_MS)).toMatchObject({ allowed: false });
      await there.sliding.giveBack("s", any_day, began_ms);
      expect(await here.sliding.take("s", any_day, began_ms + 2 * HOUR_MS)).toMatchObject({
        allowed: true,
        remaining: 0,
      });
      expect(await here.sliding.take("s", any_day, began_ms + 25 * HOUR_MS)).toMatchObject({ allowed: false });
      expect(await here.sliding.take("s", any_day, began_ms + 26 * HOUR_MS)).toMatchObject({ allowed: true });
      await here.sliding.giveBack("nobody", any_day, began_ms);
      expect(await here.sliding.take("nobody", any_day, began_ms)).toMatchObject({ allowed: true, remaining: 1 });
      await close();
    });

    test("a quota that slides bears a clock behind the others'", async () => {
      const { here, there, close } = await open();
      const any_minute = { count: 2, window_ms: 60_000 };
      expect(await here.sliding.take("s", any_minute, began_ms)).toMatchObject({ allowed: true });
      expect(await there.sliding.take("s", any_minute, began_ms - 5000)).toMatchObject({ allowed: true, remaining: 0 });
      expect(await there.sliding.take("s", any_minute, began_ms - 5000)).toMatchObject({ allowed: false });
      await there.sliding.giveBack("s", any_minute, began_ms - 5000);
      expect(await here.sliding.take("s", any_minute, began_ms)).toMatchObject({ allowed: true, remaining: 0 });
      await close();
    });

    test("places are counted together, and given back once", async () => {
      const { here, there, close } = await open();
      const first = (await here.places.take("p", 2)) as Placed & { allowed: true };
      expect(first).toMatchObject({ allowed: true, remaining: 1 });
      expect(await there.places.take("p", 2)).toMatchObject({ allowed: true, remaining: 0 });
      expect(await here.places.take("p", 2)).toEqual({ allowed: false });
      expect(await here.places.take("other", 2)).toMatchObject({ allowed: true });
      first.leave();
      first.leave();
      await expect.poll(async () => (await there.places.take("p", 2)).allowed).toBe(true);
      expect(await here.places.take("p", 2)).toEqual({ allowed: false });
      await close();
    });

    test("a crowd gets exactly the places and exactly the quota", async () => {
      const { here, there, close } = await open();
      const crowd = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? here : there));
      const placed = await Promise.all(crowd.map(({ places }) => places.take("p", 37)));
      expect(placed.filter(({ allowed }) => allowed)).toHaveLength(37);
      const taken = await Promise.all(crowd.map(({ quotas }) => quotas.take("q", ask(41), began_ms)));
      expect(taken.filter(({ allowed }) => allowed)).toHaveLength(41);
      const any_day = { count: 43, window_ms: 24 * HOUR_MS };
      const slid = await Promise.all(crowd.map(({ sliding }) => sliding.take("s", any_day, began_ms)));
      expect(slid.filter(({ allowed }) => allowed)).toHaveLength(43);
      await close();
    });
  });
}

contract("in shared memory", async () => {
  const buffers = newLimitBuffers(2);
  return { here: sharedState(buffers, 0), there: sharedState(buffers, 1), close: async () => undefined };
});

const patient = { clock: systemClock, answer_ms: 10_000 };
const redis = await part("redis");
redis.describe("with a server", ({ freshDatabase }) => {
  contract("in Redis", async () => {
    const url = await freshDatabase();
    const [here, there] = [createRedisState(url, patient), createRedisState(url, patient)];
    return { here, there, close: () => Promise.all([here.close(), there.close()]) };
  });

  contract("in Redis with a stand-in", async () => {
    const url = await freshDatabase();
    const remote = [createRedisState(url, patient), createRedisState(url, patient)] as const;
    const standIn = (one: (typeof remote)[number]): LimitState =>
      withStandIn(one, sharedState(newLimitBuffers(1), 0), { clock: systemClock, on_change: () => undefined });
    return {
      here: standIn(remote[0]),
      there: standIn(remote[1]),
      close: () => Promise.all(remote.map((one) => one.close())),
    };
  });

  test("Redis keeps of a quota that slides what counts, and for as long as it does", async () => {
    const url = await freshDatabase();
    const state = createRedisState(url, patient);
    const look = new Redis(url);
    const any_minute = { count: 100, window_ms: 60_000 };
    for (let second = 0; second < 300; second++) await state.sliding.take("s", any_minute, began_ms + second * 1000);
    expect(await look.hlen("holdfast:sliding:s")).toBeLessThanOrEqual(25);
    expect(await look.pttl("holdfast:sliding:s")).toBeGreaterThan(50_000);
    expect(await look.pttl("holdfast:sliding:s")).toBeLessThanOrEqual(62_500);
    look.disconnect();
    await state.close();
  });

  test("a node that falls silent loses its places to the others", async () => {
    const url = await freshDatabase();
    // Its clock stands still: it gives no sign of life.
    const silent = createRedisState(url, { ...patient, clock: simulatedClock() });
    const other = createRedisState(url, patient);
    expect(await silent.places.take("p", 1)).toMatchObject({ allowed: true });
    expect(await other.places.take("p", 1)).toEqual({ allowed: false });
    await expect
      .poll(async () => (await other.places.take("p", 1)).allowed, { timeout: 12_000, interval: 500 })
      .toBe(true);
    await Promise.all([silent.close(), other.close()]);
  }, 15_000);

  test("while the server is away calls are counted here and wait once at most; then it counts again", async () => {
    const server = await startRedis();
    const remote = createRedisState(server.url, { clock: systemClock, answer_ms: 250 });
    const changes: boolean[] = [];
    const state = withStandIn(remote, sharedState(newLimitBuffers(1), 0), {
      clock: systemClock,
      on_change: (shared) => void changes.push(shared),
    });
    const limit = { rate: { count: 2, window_ms: 60_000 }, burst: 2 };
    const take = async () => (await state.counters.take("k", limit, began_ms)).allowed;
    expect([await take(), await take(), await take()]).toEqual([true, true, false]);
    await server.stop();
    const began = performance.now();
    expect([await take(), await take(), await take(), await take()]).toEqual([true, true, false, false]);
    expect(performance.now() - began).toBeLessThan(600);
    const known = performance.now();
    for (let call = 0; call < 1000; call++)
      expect(state.counters.take("k", limit, began_ms)).not.toBeInstanceOf(Promise);
    expect(performance.now() - known).toBeLessThan(250);
    expect([state.shared(), changes]).toEqual([false, [false]]);
    const again = await startRedis(server.port);
    await expect.poll(() => state.shared(), { timeout: 8000 }).toBe(true);
    expect(changes).toEqual([false, true]);
    expect(await take()).toBe(true);
    state.stop();
    await remote.close();
    await again.stop();
  }, 20_000);
});

test("the places of a thread that died are free when another takes its number", () => {
  const buffers = newLimitBuffers(2);
  const [dying, other] = [sharedState(buffers, 0), sharedState(buffers, 1)];
  expect(dying.places.take("p", 2)).toMatchObject({ allowed: true });
  expect(dying.places.take("p", 2)).toMatchObject({ allowed: true });
  expect(other.places.take("p", 2)).toEqual({ allowed: false });
  sharedState(buffers, 0);
  expect(other.places.take("p", 2)).toMatchObject({ allowed: true, remaining: 1 });
});

test("ten thousand keys come and go in a table for fewer", () => {
  const { places } = sharedState(newLimitBuffers(1), 0);
  for (let key = 0; key < 50_000; key++) {
    const placed = places.take(`key-${key}`, 1) as Placed;
    expect(placed.allowed).toBe(true);
    if (placed.allowed) placed.leave();
  }
});

test("past the largest number of quotas whoever took least is forgotten, not the others", () => {
  const quotas = createSharedQuotas(newQuotaBuffer(64));
  for (let key = 0; key < 64; key++)
    for (let call = 0; call <= (key === 7 ? 0 : 1); call++) quotas.take(`key-${key}`, ask(2), began_ms);
  expect(quotas.take("one more", ask(2), began_ms)).toMatchObject({ allowed: true, remaining: 1 });
  for (let key = 0; key < 64; key++)
    if (key !== 7) expect(quotas.take(`key-${key}`, ask(2), began_ms).allowed).toBe(false);
});

test("past the largest number of quotas that slide whoever took least is forgotten too", () => {
  const sliding = createSharedSliding(newSlidingBuffer(64));
  const any_day = { count: 2, window_ms: 24 * HOUR_MS };
  for (let key = 0; key < 64; key++)
    for (let call = 0; call <= (key === 7 ? 0 : 1); call++) sliding.take(`key-${key}`, any_day, began_ms);
  expect(sliding.take("one more", any_day, began_ms)).toMatchObject({ allowed: true, remaining: 1 });
  for (let key = 0; key < 64; key++)
    if (key !== 7) expect(sliding.take(`key-${key}`, any_day, began_ms).allowed).toBe(false);
  // And those that are forgotten by themselves make room.
  const later_ms = began_ms + 26 * HOUR_MS;
  for (let key = 0; key < 64; key++) sliding.take(`later-${key}`, any_day, later_ms);
  for (let key = 0; key < 64; key++) expect(sliding.take(`later-${key}`, any_day, later_ms).remaining).toBe(0);
});

test("what a table held is put back into another", () => {
  const before = createSharedQuotas();
  before.take("q", ask(3), began_ms);
  before.take("q", ask(3), began_ms);
  before.take("over", { count: 3, ends_ms: began_ms + 1000 }, began_ms);
  const after = createSharedQuotas();
  const entries = before.table.entries(began_ms + 2000);
  expect(entries).toHaveLength(1);
  after.table.restore(before.table.seeds, entries, began_ms);
  expect(after.take("q", ask(3), began_ms)).toMatchObject({ allowed: true, remaining: 0 });
  expect(after.take("q", ask(3), began_ms)).toMatchObject({ allowed: false });
});

test.each([
  ["hour", "2027-01-30T12:34:56Z", "2027-01-30T12:00:00Z", "2027-01-30T13:00:00Z"],
  ["day", "2027-01-30T12:34:56Z", "2027-01-30T00:00:00Z", "2027-01-31T00:00:00Z"],
  ["week", "2027-01-30T12:34:56Z", "2027-01-25T00:00:00Z", "2027-02-01T00:00:00Z"],
  ["month", "2028-02-29T23:59:59Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"],
  ["year", "2027-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"],
  ["month", "2027-02-01T00:00:00Z", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z"],
] as const)("the %s of %s", (window, at, begins, ends) => {
  const span = spanOf(window, Date.parse(at));
  expect([span.begins_ms, span.ends_ms]).toEqual([Date.parse(begins), Date.parse(ends)]);
});
