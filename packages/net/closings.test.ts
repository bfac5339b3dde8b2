import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@holdfast/base";
import { expect, test } from "vitest";
import { Closings } from "./closings.ts";
import type { TcpHandle } from "./stream-wrap.ts";

test("each is closed a moment later, in a turn of the event loop of its own", async () => {
  const closings = new Closings(systemClock);
  let turn = 0;
  const closed: number[] = [];
  const add = (): void => closings.add({ close: () => closed.push(turn) } as unknown as TcpHandle, false);
  for (let count = 0; count < 3; count++) add();
  expect(closed).toEqual([]);
  for (; turn < 10_000 && closed.length < 3; turn++) await nextTurn();
  expect(new Set(closed).size).toBe(3);
  add();
  await sleep(20);
  expect(closed).toHaveLength(4);
});

test("one that cannot be reset is closed", async () => {
  const closings = new Closings(systemClock);
  const asked: string[] = [];
  const handle = (name: string, status: number) => ({
    close: () => asked.push(`${name} closed`),
    reset: () => {
      asked.push(`${name} reset`);
      return status;
    },
  });
  closings.add(handle("one", 0) as unknown as TcpHandle, true);
  closings.add(handle("other", -22) as unknown as TcpHandle, true);
  await expect.poll(() => asked).toEqual(["one reset", "other reset", "other closed"]);
});
