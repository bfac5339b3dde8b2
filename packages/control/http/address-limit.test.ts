import { simulatedClock } from "@holdfast/base";
import { expect, test } from "vitest";
import { createAddressLimit } from "./address-limit.ts";

test("an address has its number in a minute, and all of it again in the next", async () => {
  const clock = simulatedClock();
  const limit = createAddressLimit(clock, 2, 100);
  const takes = () => [limit.take("192.0.2.1"), limit.take("192.0.2.1"), limit.take("192.0.2.1")];
  expect(takes()).toEqual([true, true, false]);
  expect(limit.take("192.0.2.2")).toBe(true);
  await clock.advance(60_000);
  expect(takes()).toEqual([true, true, false]);
});

test.each([
  ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", false],
  ["2001:db8:1:2::1", "2001:db8:1:3::1", true],
  ["2001:db8::1", "2001:db8:0:0:7::1", false],
  ["::ffff:192.0.2.1", "::ffff:192.0.2.2", true],
])("%s and %s are two addresses: %s", (left, right, passes) => {
  const limit = createAddressLimit(simulatedClock(), 1, 100);
  expect(limit.take(left)).toBe(true);
  expect(limit.take(right)).toBe(passes);
});

test("memory is bounded: beyond it the oldest is forgotten, not the newest", () => {
  const limit = createAddressLimit(simulatedClock(), 1, 2);
  for (const address of ["a", "b", "c"]) limit.take(address);
  expect(limit.take("c")).toBe(false);
  expect(limit.take("a")).toBe(true);
});
