import { expect, test } from "vitest";
import { addressOf, furtherOf, isClosed, toneOf } from "./route-words.ts";

test.each([
  [[], ["/orders/**"], "/orders/**", 0],
  [["a.example"], ["/x"], "a.example/x", 0],
  [["a.example", "b.example"], ["/x", "/y", "/z"], "a.example/x", 3],
])("%j %j is shown as %s and %i more", (hosts, paths, address, further) => {
  expect(addressOf({ hosts, paths })).toBe(address);
  expect(furtherOf({ hosts, paths })).toBe(further);
});

test.each([
  ["served", undefined, false],
  ["draft", "open", false],
  ["retired", "plain", false],
  ["brown_out", "warn", true],
  ["maintenance", "warn", true],
  ["disabled", "bad", true],
] as const)("%s", (serving, tone, closed) => {
  expect(toneOf(serving)).toBe(tone);
  expect(isClosed({ serving })).toBe(closed);
});
