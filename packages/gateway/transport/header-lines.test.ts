import { expect, test } from "vitest";
import { flatLines } from "./header-lines.ts";

test("lines as a list: names and values in turn, whatever stands in a value", () => {
  expect(flatLines("")).toEqual([]);
  expect(flatLines("via: 1.1 holdfast\r\nx-forwarded-for: 2001:db8::1\r\nx-empty: \r\n")).toEqual([
    "via",
    "1.1 holdfast",
    "x-forwarded-for",
    "2001:db8::1",
    "x-empty",
    "",
  ]);
});
