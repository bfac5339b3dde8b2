import { expect, test } from "vitest";
import { type Clock, simulatedClock, systemClock } from "./clock.ts";
import { runInSlices, runWhole } from "./slices.ts";

const never = new AbortController().signal;

function* counting(to: number, done: (step: number) => void = () => undefined): Generator<void, string> {
  for (let step = 1; step <= to; step++) {
    done(step);
    yield;
  }
  return `counted to ${to}`;
}

/** A clock on which each step takes a millisecond, and a turn of the event loop as long as is said. */
function workingClock(turn_us: number): { clock: Clock; step: () => void; turns: number[] } {
  let now_us = 0;
  let steps = 0;
  const turns: number[] = [];
  const clock: Clock = {
    ...systemClock,
    monotonicMicros: () => now_us,
    soon(work) {
      turns.push(steps);
      steps = 0;
      now_us += turn_us;
      setImmediate(work);
    },
  };
  const step = (): void => {
    steps++;
    now_us += 1000;
  };
  return { clock, step, turns };
}

test("whole, it is done at once", () => {
  expect(runWhole(counting(1000))).toBe("counted to 1000");
});

test("in slices, others come in between", async () => {
  const { clock, step, turns } = workingClock(100);
  expect(await runInSlices(counting(64, step), clock, never)).toBe("counted to 64");
  expect(turns).toHaveLength(32);
  for (const steps of turns) expect(steps).toBe(2);
});

test.each([
  ["as long as the others took", 12_000, 12],
  ["20 ms at the most", 900_000, 20],
])("a slice lasts %s", async (_, turn_us, steps_each) => {
  const { clock, step, turns } = workingClock(turn_us);
  await runInSlices(counting(200, step), clock, never);
  for (const steps of turns.slice(1)) expect(steps).toBe(steps_each);
});

test("what it throws is thrown", async () => {
  function* failing(): Generator<void, void> {
    yield;
    throw new Error("no");
  }
  await expect(runInSlices(failing(), systemClock, never)).rejects.toThrow("no");
  expect(() => runWhole(failing())).toThrow("no");
});

test("given up it is left where it pauses, and can put its things away", async () => {
  const { clock, step } = workingClock(100);
  const giving_up = new AbortController();
  let steps = 0;
  let put_away = false;
  function* endless(): Generator<void, void> {
    try {
      for (;;) {
        step();
        if (++steps === 100) giving_up.abort(new Error("enough"));
        yield;
      }
    } finally {
      put_away = true;
    }
  }
  await expect(runInSlices(endless(), clock, giving_up.signal)).rejects.toThrow("enough");
  expect(put_away).toBe(true);
  expect(steps).toBe(100);
});

test("where time stands still it is one slice", async () => {
  expect(await runInSlices(counting(1000), simulatedClock(), never)).toBe("counted to 1000");
});
