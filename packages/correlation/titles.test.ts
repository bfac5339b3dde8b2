import { expect, test } from "vitest";
import { titleOfFailure, titleOfFinding } from "./titles.ts";

const call = { method: "POST", path: "/orders/pay", subject: "routes.orders", release: "v2" };

test.each([
  [call, "POST /orders/pay fails on orders@v2"],
  [{ ...call, path: "/orders/4711/items/9" }, "POST /orders/{id}/items/{id} fails on orders@v2"],
  [{ ...call, path: "/o/0190a5c4-0000-7000-8000-000000000000" }, "POST /o/{id} fails on orders@v2"],
  [
    { ...call, path: "/v1/chat/completions", subject: "models.assistant" },
    "POST /v1/chat/completions fails on assistant@v2",
  ],
  [{ ...call, release: null }, "POST /orders/pay fails on orders"],
  [{ method: null, path: null, subject: null, release: null }, "A call fails"],
])("%o is called %j", (failure, title) => {
  expect(titleOfFailure(failure)).toBe(title);
});

test("the longest path leaves room for what matters", () => {
  const title = titleOfFailure({ ...call, path: `/${"long/".repeat(800)}` });
  expect(title.length).toBeLessThanOrEqual(200);
  expect(title).toMatch(/… fails on orders@v2$/);
});

test("a finding is named by its releases", () => {
  const finding = { subject: "routes.orders", release: "v2", baseline: "v1" };
  expect(titleOfFinding(finding)).toBe("orders@v2 fails more often than orders@v1");
  expect(titleOfFinding({ ...finding, baseline: null })).toBe("orders@v2 fails too often");
});
