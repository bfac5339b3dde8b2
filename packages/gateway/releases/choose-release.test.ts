import { expect, test } from "vitest";
import { chooseRelease, sliceByWeight } from "./choose-release.ts";

const callers = Array.from({ length: 10_000 }, (_, index) => `consumer-${index}`);
const split = (v1: number, v2: number) =>
  sliceByWeight([
    { name: "v1", weight: v1 },
    { name: "v2", weight: v2 },
  ]);
const servedBy = (releases: ReturnType<typeof split>, caller: string, seed = 1) =>
  chooseRelease(releases, caller, seed)?.name;

test("shares are met, and a caller stays where they are", () => {
  const releases = split(0.9, 0.1);
  const canary = callers.filter((caller) => servedBy(releases, caller) === "v2");
  expect(canary.length).toBeGreaterThan(900);
  expect(canary.length).toBeLessThan(1100);
  expect(callers.filter((caller) => servedBy(releases, caller) === "v2")).toEqual(canary);
});

test("when a share grows, only callers on the border move", () => {
  const before = new Set(callers.filter((caller) => servedBy(split(0.9, 0.1), caller) === "v2"));
  const after = new Set(callers.filter((caller) => servedBy(split(0.8, 0.2), caller) === "v2"));
  expect([...before].every((caller) => after.has(caller))).toBe(true);
});

test("another subject has another first tenth", () => {
  const here = new Set(callers.filter((caller) => servedBy(split(0.9, 0.1), caller, 1) === "v2"));
  const there = callers.filter((caller) => servedBy(split(0.9, 0.1), caller, 2) === "v2");
  expect(there.filter((caller) => here.has(caller)).length).toBeLessThan(200);
});

test("nothing goes where no weight is", () => {
  expect(callers.every((caller) => servedBy(split(1, 0), caller) === "v1")).toBe(true);
  expect(callers.every((caller) => servedBy(split(0, 1), caller) === "v2")).toBe(true);
  expect(servedBy(split(0, 0), "anybody")).toBeUndefined();
});
