import { expect, test } from "vitest";
import { mostOut, Watch, type WatchRules } from "./watch.ts";

const SECOND_US = 1e6;

function watchWith(rules: WatchRules) {
  const said: string[] = [];
  return { watch: new Watch(rules, 0, (state) => said.push(state)), said };
}

function call(watch: Watch, now_us: number, verdict: "ok" | "failed" | "neutral"): void {
  watch.judge(now_us, watch.began(now_us), verdict, verdict === "failed" ? "status 500" : undefined);
  watch.left();
}

test("checks take it out after `fall` and back after `rise`, each in a row", () => {
  const { watch, said } = watchWith({ health: { rise: 2, fall: 3 } });
  const check = (results: string) => {
    for (const result of results) watch.checked(0, result === "x" ? "no answer" : undefined);
  };
  check("xx.xx");
  expect(watch.takes(0)).toBe(true);
  check("x");
  expect(watch.takes(0)).toBe(false);
  expect(watch.state(0)).toBe("down");
  check(".x.");
  expect(watch.takes(0)).toBe(false);
  check(".");
  expect(watch.takes(0)).toBe(true);
  expect(said).toEqual(["down", "up"]);
  expect(watch.last_error).toBe("no answer");
});

test("failed calls in a row eject it, each time for longer, until it stays well", () => {
  const { watch, said } = watchWith({ eject: { after: 2, for: 10_000, most: 0.5 } });
  watch.joins([watch, watchWith({}).watch]);
  const fail = (at: number) => {
    for (let count = 0; count < 2; count++) call(watch, at, "failed");
  };
  call(watch, 0, "failed");
  call(watch, 0, "ok");
  call(watch, 0, "failed");
  call(watch, 0, "neutral");
  expect(watch.state(0)).toBe("up");
  call(watch, 0, "failed");
  expect(watch.state(0)).toBe("ejected");
  expect(watch.backInMs(0)).toBe(10_000);
  expect(watch.takes(10 * SECOND_US)).toBe(true);
  expect(watch.changedUs(11 * SECOND_US)).toBe(10 * SECOND_US);
  fail(11 * SECOND_US);
  expect(watch.takes(30.9 * SECOND_US)).toBe(false);
  expect(watch.takes(31 * SECOND_US)).toBe(true);
  call(watch, 60 * SECOND_US, "ok");
  fail(60 * SECOND_US);
  expect(watch.takes(70 * SECOND_US)).toBe(true);
  expect(said).toEqual(["ejected", "ejected", "ejected"]);
});

test("no more are ejected at once than may be", () => {
  const watches = Array.from({ length: 4 }, () => watchWith({ eject: { after: 1, for: 10_000, most: 0.5 } }).watch);
  for (const watch of watches) watch.joins(watches);
  for (const watch of watches) call(watch, 0, "failed");
  expect(watches.map((watch) => watch.state(0))).toEqual(["ejected", "ejected", "up", "up"]);
});

test("one that is in several releases is ejected where one of them may lose it", () => {
  const rules = { eject: { after: 1, for: 10_000, most: 0.5 } };
  const [alone, beside] = [watchWith(rules).watch, watchWith(rules).watch];
  alone.joins([alone]);
  call(alone, 0, "failed");
  expect(alone.state(0)).toBe("up");
  alone.joins([alone, beside]);
  call(alone, 0, "failed");
  expect(alone.state(0)).toBe("ejected");
  expect([alone.takes(0), alone.takesButForEjection(0)]).toEqual([false, true]);
});

test("a release counts as long as one route leads to it", () => {
  const { watch } = watchWith({ eject: { after: 1, for: 1000, most: 0.5 } });
  const release = [watch, watchWith({}).watch];
  watch.joins(release);
  watch.joins([...release]);
  watch.leaves(release);
  call(watch, 0, "failed");
  expect(watch.state(0)).toBe("ejected");
  watch.leaves([...release]);
  call(watch, 10 * SECOND_US, "failed");
  expect(watch.state(10 * SECOND_US)).toBe("up");
});

test.each([
  [0.5, 1, 0],
  [0.1, 3, 1],
  [0.5, 3, 1],
  [0.5, 4, 2],
  [1, 4, 4],
])("%f of %i: %i may be out", (share, count, out) => expect(mostOut(share, count)).toBe(out));

test("one that comes back gets its share little by little", () => {
  const { watch } = watchWith({ health: { rise: 1, fall: 1 }, slow_start_ms: 10_000 });
  expect(watch.warmth(20 * SECOND_US)).toBe(1);
  watch.checked(20 * SECOND_US, "away");
  watch.checked(30 * SECOND_US, undefined);
  expect(watch.state(30 * SECOND_US)).toBe("warming");
  expect([30, 35, 40, 50].map((second) => watch.warmth(second * SECOND_US))).toEqual([0.1, 0.5, 1, 1]);
});

test("an answer that began well and broke is a failure as well", () => {
  const { watch } = watchWith({});
  const round = watch.began(0);
  watch.judge(0, round, "ok", undefined);
  watch.judge(0, round, "failed", "cut");
  expect(watch).toMatchObject({ calls: 1, failures: 1, last_error: "cut" });
});
