import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@holdfast/base";
import { expect, test } from "vitest";
import { Closings } from "./closings.ts";
import type { TcpHandle } from "./stream-wrap.ts";

test("each is closed a moment later, in a turn of the event loop of its own", async () => {
  const closings = new Closings(systemClock);
  let turn = 0;
  const closed: number[] = [];
  const add = (): void => closings.add({ close: () => closed.push(turn) } as unknown as TcpHandle);
  for (let count = 0; count < 3; count++) add();
  expect(closed).toEqual([]);
  for (; turn < 10_000 && closed.length < 3; turn++) await nextTurn();
  expect(new Set(closed).size).toBe(3);
  add();
  await sleep(20);
  expect(closed).toHaveLength(4);
});
