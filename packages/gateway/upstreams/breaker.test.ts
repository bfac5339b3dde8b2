import { describe, expect, test } from "vitest";
import { Breaker, type Verdict } from "./breaker.ts";

const rules = { errors: 0.5, of_least: 4, window: 10_000, open_for: 5_000, probes: 2 };

/** `12 ok` means: at second 12 a call is asked for and ends so; `12 shut`: it is not let through. `12 = open`: the state then. */
function play(lines: readonly string[], given = rules): void {
  const breaker = new Breaker(given);
  for (const line of lines) {
    const [second, what, state] = line.split(" ");
    const now_us = Number(second) * 1e6;
    if (what === "=") expect(breaker.state(now_us), line).toBe(state);
    else if (what === "shut") expect(breaker.allows(now_us), line).toBe(false);
    else {
      expect(breaker.allows(now_us), line).toBe(true);
      breaker.ended(now_us, breaker.began(now_us), what as Verdict);
    }
  }
}

const failing = ["0 ok", "0 ok", "1 failed", "1 failed"];

const cases: [name: string, lines: string[]][] = [
  ["stays closed below the least number of calls", ["0 failed", "0 failed", "0 failed", "0 = closed"]],
  ["opens at the share of errors", [...failing, "1 = open", "1 shut", "5.9 shut"]],
  ["forgets what is older than its window", ["0 failed", "0 failed", "12 ok", "12 failed", "12 = closed"]],
  ["does not count what says nothing", ["0 ok", "0 neutral", "0 neutral", "0 failed", "0 = closed"]],
  [
    "is half open when its time is over, and closes after enough probes",
    [...failing, "6 = half-open", "6 ok", "6 = half-open", "6 ok", "6 = closed", "6 ok"],
  ],
  ["opens again at the first probe that fails", [...failing, "6 ok", "6 failed", "6 = open", "10.9 shut", "11 ok"]],
  ["begins with an empty window after it closed", [...failing, "6 ok", "6 ok", "6 failed", "6 = closed"]],
  ["a probe that says nothing makes room for another", [...failing, "6 neutral", "6 ok", "6 ok", "6 = closed"]],
];

test.each(cases)("%s", (_, lines) => play(lines));

describe("calls that overlap", () => {
  function opened(): Breaker {
    const breaker = new Breaker(rules);
    for (let call = 0; call < 4; call++) breaker.ended(0, breaker.began(0), "failed");
    return breaker;
  }

  test("only as many probes at once as may decide", () => {
    const breaker = opened();
    breaker.began(6e6);
    expect(breaker.allows(6e6)).toBe(true);
    breaker.began(6e6);
    expect(breaker.allows(6e6)).toBe(false);
  });

  test("a call from before it opened decides nothing after", () => {
    const breaker = new Breaker(rules);
    const old = breaker.began(0);
    for (let call = 0; call < 4; call++) breaker.ended(0, breaker.began(0), "failed");
    const probe = breaker.began(6e6);
    breaker.ended(6e6, old, "failed");
    expect(breaker.state(6e6)).toBe("half-open");
    breaker.ended(6e6, probe, "ok");
    breaker.ended(6e6, breaker.began(6e6), "ok");
    expect(breaker.state(6e6)).toBe("closed");
  });

  test("a probe of an earlier round decides nothing in the next", () => {
    const breaker = opened();
    const slow = breaker.began(6e6);
    breaker.ended(6e6, breaker.began(6e6), "failed");
    expect(breaker.state(6e6)).toBe("open");
    const next = breaker.began(12e6);
    breaker.ended(12e6, slow, "failed");
    expect(breaker.state(12e6)).toBe("half-open");
    expect(breaker.ended(12e6, next, "failed")).toBe(true);
  });
});
