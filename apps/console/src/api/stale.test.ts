import { describe, expect, it } from "vitest";
import { retryDelay_ms, staleAfter } from "./stale.ts";

describe("a live event", () => {
  it("reaches the pages that show its topic", () => {
    expect([...staleAfter(["launches"])]).toEqual(["launches", "overview"]);
  });
  it("counts once what several topics reach", () => {
    expect([...staleAfter(["feedback", "issues"])].sort()).toEqual(["feedback", "issues", "overview", "tide"]);
  });
});

describe("the stream's back-off", () => {
  it.each([
    [0, 1000],
    [1, 2000],
    [4, 16_000],
    [5, 30_000],
    [99, 30_000],
  ])("after %i failures waits %i ms", (failures, wait) => expect(retryDelay_ms(failures)).toBe(wait));
});
