import { expect, test } from "vitest";
import { simulatedClock } from "./clock.ts";
import { idSource, isId, timeOfId } from "./ids.ts";

test("ids are UUIDv7, carry their time and sort in the order they were made", async () => {
  const clock = simulatedClock(1_763_000_000_000);
  const ids = idSource(clock);
  const made: string[] = [];
  for (let index = 0; index < 10_000; index++) {
    made.push(ids());
    if (index % 100 === 0) await clock.advance(1);
  }
  expect(made.every(isId)).toBe(true);
  expect(new Set(made).size).toBe(made.length);
  expect(made.toSorted()).toEqual(made);
  expect(timeOfId(made[0] as string)).toBe(1_763_000_000_000);
});

test("more than 4,096 ids within one millisecond still sort", () => {
  const ids = idSource(simulatedClock());
  const made = Array.from({ length: 10_000 }, ids);
  expect(made.toSorted()).toEqual(made);
});

test("a clock that steps back does not make ids go back", () => {
  let now = 2_000;
  const ids = idSource({ ...simulatedClock(), now: () => now });
  const before = ids();
  now = 1_000;
  expect(ids() > before).toBe(true);
});

test.each(["", "0190", "0190a5c4-0000-4000-8000-000000000000", "0190A5C4-0000-7000-8000-000000000000"])(
  "%j is no id",
  (text) => {
    expect(isId(text)).toBe(false);
  },
);
