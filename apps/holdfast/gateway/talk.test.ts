import { LIMITS, simulatedClock } from "@holdfast/base";
import { expect, test } from "vitest";
import { Talk } from "./talk.ts";

function waiting() {
  const clock = simulatedClock();
  const talk = new Talk(clock);
  const done = Promise.withResolvers<void>();
  const said: boolean[] = [];
  void talk.brings(done.promise).then((came) => said.push(came));
  return { clock, talk, done, said };
}

test("who says something is waited for, however long it takes", async () => {
  const { clock, talk, done, said } = waiting();
  for (let second = 0; second < 60; second++) {
    await clock.advance(1000);
    talk.heard();
  }
  expect(said).toEqual([]);
  done.resolve();
  await clock.advance(0);
  expect(said).toEqual([true]);
});

test("who says nothing is not", async () => {
  const { clock, said } = waiting();
  await clock.advance(LIMITS.worker_silence_ms);
  expect(said).toEqual([]);
  await clock.advance(500);
  expect(said).toEqual([false]);
});

test("silence before it was asked for something does not count", async () => {
  const { clock, talk, said } = waiting();
  await clock.advance(LIMITS.worker_silence_ms);
  void talk.brings(new Promise(() => undefined)).then((came) => said.push(came));
  await clock.advance(LIMITS.worker_silence_ms / 2);
  expect(said).toEqual([false]);
});
