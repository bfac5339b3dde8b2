import { expect, test } from "vitest";
import { addressSet, parseSubnet } from "./subnets.ts";

test.each([
  ["10.0.0.0/8", "10.0.0.0/8"],
  ["192.0.2.7", "192.0.2.7/32"],
  ["2001:db8::/32", "2001:db8::/32"],
  ["::1", "::1/128"],
  ["0.0.0.0/0", "0.0.0.0/0"],
])("%s is %s", (text, subnet) => expect(parseSubnet(text)).toEqual({ ok: true, value: subnet }));

test.each([
  "",
  "10/8",
  "10.0.0.0/33",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "10.0.0.0/-1",
  "fe80::1%eth0",
  "example.com",
  "010.0.0.1",
])("%s is refused", (text) => expect(parseSubnet(text).ok).toBe(false));

test.each([
  ["10.1.2.3", true],
  ["::ffff:10.1.2.3", true],
  ["11.0.0.1", false],
  ["2001:db8:ffff::1", true],
  ["2001:db9::1", false],
  ["fe80::1%eth0", true],
  ["", false],
  ["shop.example.com", false],
])("%s: %s", (address, inside) => {
  expect(addressSet(["10.0.0.0/8", "2001:db8::/32", "fe80::/10"])(address)).toBe(inside);
});

test("a set of what is no subnet is a mistake at once", () => {
  expect(() => addressSet(["10.0.0.0/8", "local"])).toThrow(RangeError);
});
