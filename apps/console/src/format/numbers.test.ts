import { describe, expect, it } from "vitest";
import { bytes, count, dollars, duration, milliseconds, ratio, share } from "./numbers.ts";

const cases: [string, string, string][] = [
  ["count", count(2905), "2,905"],
  ["a small ratio", ratio(0.0042), "0.42 %"],
  ["a zero ratio", ratio(0), "0.00 %"],
  ["a large ratio", ratio(0.1023), "10.2 %"],
  ["all of it", ratio(1), "100 %"],
  ["a set share", share(0.25), "25 %"],
  ["a set share below one percent", share(0.005), "0.5 %"],
  ["a third", share(1 / 3), "33.3 %"],
  ["microseconds", milliseconds(80), "0.08 ms"],
  ["next to nothing", milliseconds(3), "< 0.01 ms"],
  ["nothing", milliseconds(0), "0.00 ms"],
  ["a long wait", milliseconds(1_193_400), "1,193 ms"],
  ["a short duration", duration(22_000), "22 ms"],
  ["seconds", duration(1_900_000), "1.9 s"],
  ["many seconds", duration(42_000_000), "42 s"],
  ["minutes", duration(240_000_000), "4 min"],
  ["bytes", bytes(512), "512 B"],
  ["kibibytes", bytes(1229), "1.2 KiB"],
  ["mebibytes", bytes(3.4 * 1024 * 1024), "3.4 MiB"],
  ["a cent's part", dollars(1_234_000), "0.0012 USD"],
  ["dollars", dollars(12_340_000_000), "12.34 USD"],
];

describe("numbers for readers", () => {
  it.each(cases)("%s", (_name, shown, expected) => expect(shown.replaceAll("\u00a0", " ")).toBe(expected));
});
