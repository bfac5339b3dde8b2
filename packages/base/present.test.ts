import { expect, test } from "vitest";
import { presentCount, presentMany, presentRelease, presentShare, presentWindow } from "./present.ts";

test.each([
  [0, "0 %"],
  [0.0061, "0.61 %"],
  [0.00996, "1 %"],
  [0.005, "0.5 %"],
  [0.1024, "10.2 %"],
  [1, "100 %"],
])("a share of %d reads %j", (share, text) => {
  expect(presentShare(share)).toBe(text);
});

test("counts have thousands and agree with their noun", () => {
  expect(presentCount(2_104)).toBe("2,104");
  expect(presentMany(1, "call")).toBe("1 call");
  expect(presentMany(2_104, "call")).toBe("2,104 calls");
  expect(presentMany(0, "reply", "replies")).toBe("0 replies");
});

test("a release is spoken of by its name, without the kind of its subject", () => {
  expect(presentRelease("routes.orders", "v2")).toBe("orders@v2");
  expect(presentRelease("models.gpt-5.1", "steady")).toBe("gpt-5.1@steady");
  expect(presentRelease("routes.orders", null)).toBe("orders");
});

test.each([
  [1500, "1,500 ms"],
  [1000, "1 second"],
  [90_000, "90 seconds"],
  [60_000, "1 minute"],
  [7_200_000, "2 hours"],
  [604_800_000, "7 days"],
])("a window of %d ms reads %j", (window_ms, text) => {
  expect(presentWindow(window_ms)).toBe(text);
});
