import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { giveBackSliding, KEPT, SLIDING_WIDTH, type SlidingAsk, sliceMsOf, takeSliding } from "./sliding-window.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const began_ms = Date.UTC(2027, 0, 30, 12, 34, 56, 789);

/** When calls passed, of those at these times. */
function passedAt(ask: SlidingAsk, times: readonly number[]): number[] {
  const slot = new Float64Array(SLIDING_WIDTH);
  return times.filter((at_ms) => takeSliding(slot, ask, at_ms).allowed);
}

/** The most of them in any stretch of `length_ms`: the fullest one ends with one of them. */
function mostWithin(times: readonly number[], length_ms: number): number {
  let first = 0;
  let most = 0;
  for (const [last, at_ms] of times.entries()) {
    while ((times[first] as number) <= at_ms - length_ms) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const windows = fc.oneof(
  fc.constantFrom(MINUTE_MS, DAY_MS, 31 * DAY_MS),
  fc.integer({ min: MINUTE_MS, max: 31 * DAY_MS }),
);

/** In parts of the window, so that all windows are tried alike; often just before one is over, where a count is too much. */
const pauses = fc.oneof(fc.double({ min: 0, max: 1.2, noNaN: true }), fc.double({ min: 0.95, max: 1, noNaN: true }));

/** Calls that come in swarms with pauses. */
const traffic = fc.record({
  window_ms: windows,
  count: fc.integer({ min: 1, max: 40 }),
  begins_ms: fc.integer({ min: began_ms, max: began_ms + 31 * DAY_MS }),
  swarms: fc.array(fc.record({ calls: fc.integer({ min: 1, max: 60 }), pause: pauses }), {
    minLength: 2,
    maxLength: 30,
  }),
});

type Traffic = { window_ms: number; begins_ms: number; swarms: { calls: number; pause: number }[] };

function timesOf({ window_ms, begins_ms, swarms }: Traffic): number[] {
  let at_ms = begins_ms;
  return swarms.flatMap(({ calls, pause }) => {
    at_ms += Math.round(pause * window_ms);
    return Array.from({ length: calls }, () => at_ms);
  });
}

describe("whatever comes", () => {
  test("no stretch of the window's length has more than the count", () => {
    fc.assert(
      fc.property(traffic, (some) => {
        expect(mostWithin(passedAt(some, timesOf(some)), some.window_ms)).toBeLessThanOrEqual(some.count);
      }),
      { numRuns: 2000 },
    );
  });

  test("a call is refused only where one slice more than the window has the count at least", () => {
    fc.assert(
      fc.property(traffic, (some) => {
        const times = timesOf(some);
        const passed = passedAt(some, times);
        const remembered_ms = KEPT * sliceMsOf(some);
        const counts = (at_ms: number) => passed.filter((past) => past <= at_ms && past > at_ms - remembered_ms).length;
        let next = 0;
        for (const at_ms of times)
          if (passed[next] === at_ms) next++;
          else expect(counts(at_ms)).toBeGreaterThanOrEqual(some.count);
      }),
      { numRuns: 500 },
    );
  });

  test("a refused call is told the first moment that lets one pass, and the one from which all of them would", () => {
    fc.assert(
      fc.property(traffic, (some) => {
        const slot = new Float64Array(SLIDING_WIDTH);
        const tried = (at_ms: number) => takeSliding(slot.slice(), some, at_ms);
        for (const at_ms of timesOf(some)) {
          const { allowed, retry_after_ms, reset_ms } = takeSliding(slot, some, at_ms);
          expect(tried(at_ms + reset_ms).remaining).toBe(some.count - 1);
          if (some.count > 1) expect(tried(at_ms + reset_ms - 1).remaining).toBeLessThan(some.count - 1);
          if (allowed) continue;
          expect(tried(at_ms + retry_after_ms - 1).allowed).toBe(false);
          expect(tried(at_ms + retry_after_ms).allowed).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("what is given back leaves no trace", () => {
    fc.assert(
      fc.property(traffic, fc.nat(), (some, which) => {
        const times = timesOf(some);
        const given_back = which % times.length;
        const with_it = new Float64Array(SLIDING_WIDTH);
        const without = new Float64Array(SLIDING_WIDTH);
        for (const [index, at_ms] of times.entries()) {
          const taken = takeSliding(with_it, some, at_ms);
          if (index === given_back && taken.allowed) giveBackSliding(with_it, some, at_ms);
          if (index !== given_back) expect(taken.allowed).toBe(takeSliding(without, some, at_ms).allowed);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("all at the end of one window and all at the end of the next do not both pass", () => {
  const window_ms = MINUTE_MS;
  const count = 100;
  const swarm = (at_ms: number) => Array.from({ length: count }, () => at_ms);
  const end_ms = Math.ceil(began_ms / window_ms) * window_ms;
  const [late, later] = [end_ms - 1, end_ms + window_ms - 2];
  expect(passedAt({ count, window_ms }, [...swarm(late), ...swarm(later)])).toHaveLength(count);
});

describe("a clock that steps back", () => {
  const ask = { count: 3, window_ms: DAY_MS };
  const take = (slot: Float64Array, at_ms: number) => takeSliding(slot, ask, at_ms).allowed;

  test("by less than the window gives nobody anything", () => {
    const slot = new Float64Array(SLIDING_WIDTH);
    expect([take(slot, began_ms), take(slot, began_ms), take(slot, began_ms - DAY_MS / 2)]).toEqual([true, true, true]);
    expect([take(slot, began_ms - DAY_MS / 2), take(slot, began_ms)]).toEqual([false, false]);
    giveBackSliding(slot, ask, began_ms - DAY_MS / 2);
    expect([take(slot, began_ms), take(slot, began_ms)]).toEqual([true, false]);
  });

  test("by more gives one quota at most, and nobody waits for the time that will not come", () => {
    const slot = new Float64Array(SLIDING_WIDTH);
    for (let call = 0; call < 3; call++) take(slot, began_ms + 400 * DAY_MS);
    expect(Array.from({ length: 4 }, () => take(slot, began_ms))).toEqual([true, true, true, false]);
  });
});
