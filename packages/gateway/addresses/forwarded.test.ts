import { LIMITS } from "@holdfast/base";
import { expect, test } from "vitest";
import { readForwarded } from "./forwarded.ts";
import { proxyTrust, type TrustedProxies } from "./trusted-proxies.ts";

const clientOf = (trusted: TrustedProxies, said: string, peer = "192.0.2.1") =>
  readForwarded({ remote_address: peer, headers: ["X-Forwarded-For", said] }, proxyTrust(trusted))?.client_address;

/** 10.0.0.1, 10.0.0.2 and so on. */
const words = (count: number) => Array.from({ length: count }, (_, index) => `10.0.0.${index + 1}`);

test.each([1, 2, 3, LIMITS.proxy_hops_max])("%d hops are that word from the right", (hops) => {
  const said = words(LIMITS.proxy_hops_max + 5);
  expect(clientOf({ hops }, said.join(", "))).toBe(said.at(-hops));
});

test("hops ask nobody for an address, subnets do", () => {
  expect(clientOf({ hops: 1 }, "203.0.113.9", "fe80::1%eth0")).toBe("203.0.113.9");
  expect(clientOf({ subnets: ["192.0.2.0/24"] }, "203.0.113.9")).toBe("203.0.113.9");
  expect(clientOf({ subnets: ["198.51.100.0/24"] }, "203.0.113.9")).toBeUndefined();
  expect(() => proxyTrust({ subnets: ["proxy"] })).toThrow(RangeError);
});

test("no more proxies are believed than there can be, however many words each subnet trusts", () => {
  const said = words(LIMITS.proxy_hops_max + 5);
  expect(clientOf({ subnets: ["0.0.0.0/0"] }, said.join(","))).toBe(said.at(-LIMITS.proxy_hops_max));
});
