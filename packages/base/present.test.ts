import { expect, test } from "vitest";
import { presentCount, presentMany, presentRelease, presentShare } from "./present.ts";

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
