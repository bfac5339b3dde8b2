import { describe, expect, it } from "vitest";
import type { Subject } from "../api/types.ts";
import { allOn, moveBetween, wayBack } from "./weights.ts";

const subject = (against: string | undefined, ...releases: [string, number][]) =>
  ({
    rollback: against === undefined ? null : { against },
    releases: releases.map(([name, declared_weight]) => ({ name, declared_weight })),
  }) as Subject;

describe("a move of traffic", () => {
  it("is what one side gains", () => {
    expect(moveBetween({ v1: 0.75, v2: 0.25 }, { v1: 1, v2: 0 })).toEqual({ moved: 0.25, from: ["v2"], to: ["v1"] });
  });
  it("is nothing when nothing changes", () => {
    expect(moveBetween({ v1: 0.9, v2: 0.1 }, { v1: 0.9, v2: 0.1 })).toEqual({ moved: 0, from: [], to: [] });
  });
  it("knows releases that had nothing before", () => {
    expect(moveBetween({ v1: 1 }, { v1: 0.5, v3: 0.5 }).to).toEqual(["v3"]);
  });
  it("to one release leaves the others nothing", () =>
    expect(allOn({ v1: 0.9, v2: 0.1 }, "v1")).toEqual({ v1: 1, v2: 0 }));
});

describe("the way back", () => {
  it("is the one that the settings name", () => expect(wayBack(subject("v1", ["v1", 0.1], ["v2", 0.9]))).toBe("v1"));
  it("is else the release with most traffic", () =>
    expect(wayBack(subject(undefined, ["v1", 0.8], ["v2", 0.2]))).toBe("v1"));
  it("does not exist for a single release", () => expect(wayBack(subject(undefined, ["v1", 1]))).toBeUndefined());
});
