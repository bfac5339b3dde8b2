import { expect, test } from "vitest";
import { addVary } from "./vary.ts";

test.each([
  [[], ["vary", "accept, x-beta"]],
  [
    ["vary", ""],
    ["vary", "accept, x-beta"],
  ],
  [
    ["vary", "Accept-Encoding"],
    ["vary", "Accept-Encoding, accept, x-beta"],
  ],
  [
    ["vary", "Accept", "etag", "1", "vary", "origin"],
    ["etag", "1", "vary", "Accept, origin, x-beta"],
  ],
  [
    ["vary", "X-Beta, ACCEPT"],
    ["vary", "X-Beta, ACCEPT"],
  ],
  [
    ["vary", "*"],
    ["vary", "*"],
  ],
])("%j becomes %j", (flat, becomes) => {
  addVary(flat, ["accept", "x-beta"]);
  expect(flat).toEqual(becomes);
});
