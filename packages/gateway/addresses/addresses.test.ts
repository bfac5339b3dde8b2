import { expect, test } from "vitest";
import { anonymousAddress } from "./anonymous.ts";
import { networkOf } from "./network.ts";

test.each([
  ["192.0.2.17", "192.0.2.0"],
  ["2001:db8:1:2::3", "2001:db8:1::"],
  ["2001:db8::3", "2001:db8:0::"],
  ["::1", "0:0:0::"],
  ["fe80::1%eth0", "fe80:0:0::"],
  ["", null],
])("%s is kept as %s", (address, kept) => {
  expect(anonymousAddress(address)).toBe(kept);
});

test("one IPv6 subscriber is one network", () => {
  expect(networkOf("2001:db8::1")).toBe(networkOf("2001:db8:0:0:ffff::2"));
  expect(networkOf("2001:db8:0:1::1")).not.toBe(networkOf("2001:db8::1"));
  expect(networkOf("192.0.2.17")).toBe("192.0.2.17");
});
