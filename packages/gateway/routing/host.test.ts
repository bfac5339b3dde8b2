import { expect, test } from "vitest";
import { canonicalHost } from "./host.ts";

test.each([
  ["Shop.Example.com", "shop.example.com"],
  ["shop.example.com:8080", "shop.example.com"],
  ["shop.example.com:", "shop.example.com"],
  ["127.0.0.1:80", "127.0.0.1"],
  ["[2001:DB8::1]:443", "[2001:db8::1]"],
  ["my_service", "my_service"],
  ["shop.example.com.:80", "shop.example.com"],
])("%s", (header, host) => {
  expect(canonicalHost(header)).toBe(host);
});

test.each(["", ":80", "a b", "a/b", "user@host", "host:80a", "host:123456", "a,b", "2001:db8::1", "[::1", "a\u0000"])(
  "%j is no host",
  (header) => {
    expect(canonicalHost(header)).toBeUndefined();
  },
);
