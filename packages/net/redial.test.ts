import { LIMITS, simulatedClock } from "@holdfast/base";
import { expect, test } from "vitest";
import { Redial } from "./redial.ts";

const gone = new Error("gone");

/** Milliseconds for which it leaves its address alone from now on. */
async function pauseOf(redial: Redial, clock: ReturnType<typeof simulatedClock>): Promise<number> {
  let passed = 0;
  for (; redial.vain; passed++) await clock.advance(1);
  return passed;
}

test("each vain try doubles the pause, up to a most", async () => {
  const clock = simulatedClock();
  const redial = new Redial(clock);
  expect(redial.vain).toBeUndefined();
  const pauses: number[] = [];
  for (let vain = 0; vain < 6; vain++) {
    redial.failed(gone);
    expect(redial.vain).toBe(gone);
    pauses.push(await pauseOf(redial, clock));
  }
  expect(pauses).toEqual([50, 100, 200, 400, 500, 500]);
  expect([LIMITS.redial_ms_min, LIMITS.redial_ms_max]).toEqual([50, 500]);
});

test("tries that fail together count once, and the last one's reason is told", async () => {
  const clock = simulatedClock();
  const redial = new Redial(clock);
  const late = new Error("late");
  redial.failed(gone);
  await clock.advance(20);
  for (let vain = 0; vain < 100; vain++) redial.failed(late);
  expect(redial.vain).toBe(late);
  expect(await pauseOf(redial, clock)).toBe(30);
});

test("a connection that opens begins anew", async () => {
  const clock = simulatedClock();
  const redial = new Redial(clock);
  for (let vain = 0; vain < 4; vain++) {
    redial.failed(gone);
    await pauseOf(redial, clock);
  }
  redial.failed(gone);
  redial.succeeded();
  expect(redial.vain).toBeUndefined();
  redial.failed(gone);
  expect(await pauseOf(redial, clock)).toBe(50);
});

test("with several addresses the next one is tried at once", () => {
  const redial = new Redial(simulatedClock());
  redial.failed(gone);
  redial.several = true;
  expect(redial.vain).toBeUndefined();
});
