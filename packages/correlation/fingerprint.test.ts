import { expect, test } from "vitest";
import { failureFingerprint, findingFingerprint } from "./fingerprint.ts";

const orders = { subject: "routes.orders", release: "v2" };

test("a finding and the failing calls that it counts have the same fingerprint", () => {
  const of_finding = findingFingerprint(orders);
  expect(of_finding).toBe("failure.1:routes.orders@v2");
  expect(failureFingerprint({ ...orders, error_origin: "upstream" })).toBe(of_finding);
  expect(failureFingerprint({ ...orders, error_origin: "gateway" })).toBe(of_finding);
  expect(failureFingerprint({ ...orders, failed: true })).toBe(of_finding);
});

test.each([
  ["it went well", { ...orders, error_origin: null }],
  ["the client did wrong", { ...orders, error_origin: "client" as const }],
  ["it went well, as linked", { ...orders, failed: false }],
  ["no route matched", { subject: null, release: null, failed: true }],
])("no fingerprint when %s", (_, call) => {
  expect(failureFingerprint(call)).toBeUndefined();
});

test("other releases and subjects are other issues, and a failure before the choice is the subject's own", () => {
  const all = [
    orders,
    { ...orders, release: "v1" },
    { ...orders, subject: "models.orders" },
    { ...orders, release: null },
  ];
  expect(new Set(all.map((call) => failureFingerprint({ ...call, failed: true }))).size).toBe(all.length);
});
