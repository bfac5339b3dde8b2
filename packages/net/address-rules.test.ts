import { expect, test } from "vitest";
import { compileAddressRules, DENIED_ADDRESSES } from "./address-rules.ts";

const check = compileAddressRules(DENIED_ADDRESSES);

test.each([
  ["169.254.169.254", "link-local"],
  ["169.254.0.1", "link-local"],
  ["::ffff:169.254.169.254", "link-local"],
  ["::ffff:a9fe:a9fe", "link-local"],
  ["64:ff9b::a9fe:a9fe", "NAT64"],
  ["fe80::1", "link-local"],
  ["febf::1", "link-local"],
  ["fd00:ec2::254", "AWS"],
  ["fd20:ce::254", "Google"],
  ["100.100.100.200", "Alibaba"],
  ["192.0.0.192", "Oracle"],
  ["0.0.0.0", "unspecified"],
  ["::", "unspecified"],
  ["::ffff:0.0.0.0", "unspecified"],
  ["224.0.0.1", "multicast"],
  ["239.255.255.250", "multicast"],
  ["ff02::1", "multicast"],
  ["255.255.255.255", "broadcast"],
  ["metadata.google.internal", "not an IP address"],
  ["", "not an IP address"],
])("%s is refused: %s", (address, because) => {
  expect(check(address)).toContain(because);
});

test.each([
  "127.0.0.1",
  "::1",
  "10.0.0.1",
  "172.16.0.1",
  "192.168.1.1",
  "fd00::1",
  "100.64.0.1",
  "203.0.113.9",
  "2001:db8::1",
])("%s may be an upstream", (address) => {
  expect(check(address)).toBeUndefined();
});

test("rules that are no subnets are a mistake at once", () => {
  for (const subnet of ["10.0.0.0", "10.0.0.0/x", "local/8", ""])
    expect(() => compileAddressRules([{ subnet, because: "x" }])).toThrow(RangeError);
});

test("an address is judged the same each time, however many were asked about before", () => {
  const check = compileAddressRules(DENIED_ADDRESSES);
  for (let index = 0; index < 3000; index++) {
    expect(check(`10.0.${index >> 8}.${index & 255}`)).toBeUndefined();
    expect(check("169.254.169.254")).toContain("link-local");
    expect(check("10.0.0.0")).toBeUndefined();
  }
});
