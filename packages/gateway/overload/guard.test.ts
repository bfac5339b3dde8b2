import { type Clock, LIMITS, type Log, simulatedClock } from "@holdfast/base";
import { expect, test } from "vitest";
import type { Exchange } from "../transport/listener.ts";
import { OverloadGuard } from "./guard.ts";
import { Shedder } from "./shed.ts";

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A guard whose loop is late by as much as the test says. */
function guarded(running: number) {
  let now_us = 0;
  let idle_ms = 0;
  const clock: Clock = { ...simulatedClock(), monotonicMicros: () => now_us };
  const guard = new OverloadGuard({ clock, log, running: { size: running }, idleMs: () => idle_ms }, () => undefined);
  const look = (after_ms: number, calls = 0, idle_of_it_ms = 0): void => {
    guard.left -= calls;
    idle_ms += idle_of_it_ms;
    now_us += after_ms * 1000;
    guard.look();
  };
  return { guard, look };
}

test("while there is no overload everybody comes in", () => {
  const { guard, look } = guarded(5000);
  for (let turn = 0; turn < 100; turn++) look(LIMITS.overload_look_ms + 20, 1000);
  expect([guard.shedding, guard.left > 1e6]).toEqual([false, true]);
});

test("a loop that stays late lets in fewer than it served, in portions, until it is on time and nobody is refused", () => {
  const { guard, look } = guarded(5000);
  for (let turn = 0; turn < 6; turn++) look(100, 1000);
  expect(guard.shedding).toBe(true);
  // 10,000 a second were served; 7,000 come in: 70 in a hundredth of a second.
  look(LIMITS.overload_look_ms);
  expect(guard.left).toBe(70);
  for (let turn = 0; turn < 100; turn++) {
    guard.shed++;
    look(LIMITS.overload_look_ms, guard.left, 4);
  }
  expect(guard.left).toBeGreaterThan(90);
  for (let turn = 0; turn < 230; turn++) look(LIMITS.overload_look_ms, 10);
  expect(guard.shedding).toBe(false);
});

test("pauses longer than a window are one look each of a window, and no windows of their own", () => {
  const { guard, look } = guarded(5000);
  for (let turn = 0; turn < 20; turn++) {
    for (let pause = 0; pause < 5; pause++) look(LIMITS.overload_window_ms * 3, 1000);
    look(LIMITS.overload_look_ms, 1000);
  }
  expect(guard.shedding).toBe(false);
});

test("a loop whose every turn is longer than any pause is seen at once for what it is", () => {
  const { guard, look } = guarded(5000);
  for (let turn = 0; turn < 3; turn++) look(1000, 5000);
  expect(guard.shedding).toBe(true);
});

test("after a long turn no more calls begin than after a short one: they would make the next one as long", () => {
  const { guard, look } = guarded(5000);
  for (let turn = 0; turn < 6; turn++) look(100, 1000);
  look(LIMITS.overload_look_ms * 20);
  expect(guard.left).toBe(70);
});

test("a slow machine with few calls is not taken for an overload", () => {
  const { guard, look } = guarded(20);
  for (let turn = 0; turn < 50; turn++) look(400, 20);
  expect(guard.shedding).toBe(false);
});

type Answer = { status: number; headers: string[]; body: string };

function asking(method: string, target: string): { exchange: Exchange; answers: Answer[] } {
  const answers: Answer[] = [];
  const exchange: Partial<Exchange> = {
    method,
    target,
    writeHead: (status, headers) => void answers.push({ status, headers, body: "" }),
    end(chunk) {
      const last = answers.at(-1) as Answer;
      last.body = chunk ? Buffer.from(chunk).toString() : "";
    },
  };
  return { exchange: exchange as Exchange, answers };
}

test("refusals come a little later, in the words of whom was asked, with a time to wait; a few have a record", async () => {
  const clock = simulatedClock();
  const guard = new OverloadGuard({ clock, log, running: { size: 0 }, idleMs: () => 0 }, () => undefined);
  const recorded: string[] = [];
  const shedder = new Shedder({ clock, guard, record: ({ target }) => void recorded.push(target) });
  const asked = [
    asking("GET", "/orders"),
    asking("POST", "/v1/chat/completions"),
    asking("HEAD", "/orders"),
    asking("GET", "/gone"),
  ];
  for (const { exchange } of asked.slice(0, 3)) shedder.refuse(exchange);
  shedder.refuse((asked[3] as (typeof asked)[0]).exchange).onClosed(false);
  await clock.advance(LIMITS.overload_refuse_after_ms - 1);
  shedder.flush(10);
  expect(asked.flatMap(({ answers }) => answers)).toEqual([]);
  await clock.advance(1);
  shedder.flush(10);
  const [plain, model, head, gone] = asked.map(({ answers }) => answers) as [Answer[], Answer[], Answer[], Answer[]];
  expect(plain).toMatchObject([{ status: 503, headers: expect.arrayContaining(["retry-after", "1"]) }]);
  expect(JSON.parse(plain[0]?.body as string)).toMatchObject({ code: "overloaded" });
  expect(model).toMatchObject([{ status: 503, headers: expect.arrayContaining(["retry-after", "2"]) }]);
  expect(JSON.parse(model[0]?.body as string)).toMatchObject({ error: { code: "overloaded" } });
  expect(head).toMatchObject([{ status: 503, body: "" }]);
  expect(gone).toEqual([]);
  for (let call = 0; call < 100; call++) shedder.refuse(asking("GET", "/more").exchange);
  expect([guard.shed, recorded.length]).toEqual([104, LIMITS.overload_records_per_second]);
});
