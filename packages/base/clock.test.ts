import { expect, test } from "vitest";
import { simulatedClock, systemClock } from "./clock.ts";

test("timers fall due in order when simulated time advances", async () => {
  const clock = simulatedClock(0);
  const seen: string[] = [];
  clock.after(30, () => seen.push(`after at ${clock.now()}`));
  const stop = clock.every(20, () => seen.push(`every at ${clock.now()}`));
  await clock.advance(45);
  stop();
  await clock.advance(100);
  expect(seen).toEqual(["every at 20", "after at 30", "every at 40"]);
  expect(clock.now()).toBe(145);
});

test.each([
  ["system", systemClock],
  ["simulated", simulatedClock()],
])("a %s sleep ends with the reason of its signal", async (_, clock) => {
  const stop = new AbortController();
  const sleeping = clock.sleep(60_000, stop.signal);
  stop.abort(new Error("shutting down"));
  await expect(sleeping).rejects.toThrow("shutting down");
});

test("a signal that is aborted already ends a sleep at once", async () => {
  await expect(systemClock.sleep(60_000, AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
  await expect(simulatedClock().sleep(60_000, AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
});
