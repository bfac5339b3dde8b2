import { simulatedClock } from "@holdfast/base";
import { expect, test } from "vitest";
import { DialQueue } from "./dial-queue.ts";

/** A clock whose turns are run by hand, and on which each dial takes `dial_us`. */
function turns(dial_us: number) {
  let now_us = 0;
  const due: (() => void)[] = [];
  const told: string[] = [];
  const clock = {
    ...simulatedClock(),
    monotonicMicros: () => now_us,
    soon: (work: () => void) => void due.push(work),
  };
  const queue = new DialQueue(clock, () => void told.push("before"));
  const add = (name: string, more = () => undefined as unknown) =>
    queue.add({
      dial() {
        told.push(name);
        now_us += dial_us;
        more();
      },
    });
  const turn = () => {
    for (const work of due.splice(0)) work();
    return told.splice(0);
  };
  return { add, turn };
}

test("connections are opened when the turn after is over, and behind what was held back for open ones", () => {
  const { add, turn } = turns(50);
  add("a");
  add("b");
  expect(turn()).toEqual([]);
  expect(turn()).toEqual(["before", "a", "b"]);
  expect(turn()).toEqual([]);
});

test("a turn opens few, in their order; the others come in later ones, each with one between", () => {
  const { add, turn } = turns(90);
  for (const name of ["a", "b", "c", "d", "e"]) add(name);
  expect(turn()).toEqual([]);
  expect(turn()).toEqual(["before", "a", "b", "c"]);
  expect(turn()).toEqual([]);
  expect(turn()).toEqual(["before", "d", "e"]);
  expect(turn()).toEqual([]);
});

test("one alone that takes long does not stop those behind it", () => {
  const { add, turn } = turns(10_000);
  add("a", () => add("c"));
  add("b");
  const told = Array.from({ length: 6 }, turn);
  expect(told.filter(({ length }) => length > 0)).toEqual([
    ["before", "a"],
    ["before", "b"],
    ["before", "c"],
  ]);
});
