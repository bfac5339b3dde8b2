// What the widget decides without a browser; the rest is seen in the browser story.
import { expect, test } from "vitest";
import { collectCalls, recentCalls, remember } from "./collector.ts";
import { stepsOf } from "./report.ts";
import { ageOf, textsFor } from "./texts.ts";

test.each([
  ["received", ["received"]],
  ["fixing", ["received", "investigating", "fixing"]],
  ["resolved", ["received", "investigating", "fixing", "resolved"]],
  ["deferred", ["received", "deferred"]],
] as const)("a report that is %s shows its way there", (status, steps) => {
  expect(stepsOf(status)).toEqual(steps);
});

test("texts follow the page's language and fall back to English", () => {
  expect(textsFor("de-AT")("send")).toBe("Senden");
  expect(textsFor("fr")("send")).toBe("Send");
  expect(textsFor("en")("calls_many", 3)).toBe("3 calls just made");
});

test.each([
  [30_000, "just now"],
  [59 * 60_000, "59 min ago"],
  [3 * 3_600_000, "3 h ago"],
  [50 * 3_600_000, "2 d ago"],
])("an age of %i ms reads %s", (age, words) => {
  expect(ageOf(1_000_000 - age, 1_000_000, textsFor("en"))).toBe(words);
});

test("calls are remembered newest first, without query, at most 20, for ten minutes", () => {
  const now = 10_000_000;
  remember("hf2.old", "get", "https://shop.example/old", 200, now - 11 * 60_000);
  for (let index = 0; index < 20; index++)
    remember(`hf2.${index}`, "post", `https://shop.example/pay?card=${index}#x`, 502, now);
  remember(null, "get", "https://elsewhere.example/", 200, now);
  const calls = recentCalls(now);
  expect(calls).toHaveLength(20);
  expect(calls[0]).toEqual({ reference: "hf2.19", method: "POST", path: "/pay", status: 502, at: now });
});

test("fetch is hooked once, answers as before, and its reference is kept", async () => {
  const page = {
    fetch: async () => new Response("body", { status: 503, headers: { "x-holdfast-ref": "hf2.fetched" } }),
    Request,
    XMLHttpRequest: class {
      open(): void {}
    },
  } as unknown as Window & typeof globalThis;
  collectCalls(page);
  const hooked = page.fetch;
  collectCalls(page);
  expect(page.fetch).toBe(hooked);
  const response = await page.fetch("https://shop.example/orders", { method: "PUT" });
  expect(await response.text()).toBe("body");
  expect(recentCalls()[0]).toMatchObject({ reference: "hf2.fetched", method: "PUT", status: 503 });
});
