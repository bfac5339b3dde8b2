import { LIMITS } from "@holdfast/base";
import { expect, test } from "vitest";
import { canonicalTarget } from "./canonical-path.ts";

test.each([
  ["/", "/", undefined],
  ["/orders/1", "/orders/1", undefined],
  ["/orders/?", "/orders/", ""],
  ["/a?b=c?d/../e", "/a", "b=c?d/../e"],
  ["/a.b/..c/d..", "/a.b/..c/d..", undefined],
  ["/%41%7e%5F%c3%a4", "/A~_%C3%A4", undefined],
  ["/a%20b%3Fc", "/a%20b%3Fc", undefined],
  ["/a;v=1/b", "/a;v=1/b", undefined],
  ["/x|y^z", "/x|y^z", undefined],
])("%s is taken", (target, path, query) => {
  expect(canonicalTarget(target)).toEqual({ ok: true, value: { path, query } });
});

test.each([
  ["orders", "begin with a slash"],
  ["*", "begin with a slash"],
  ["/a/../b", "dot segment"],
  ["/a/..", "dot segment"],
  ["/./a", "dot segment"],
  ["/a/..;x=1/b", "dot segment"],
  ["/a/.;/b", "dot segment"],
  ["/a/%2e%2e/b", "encoded dot"],
  ["/a/%2E/b", "encoded dot"],
  ["/file%2etxt", "encoded dot"],
  ["/a%2fb", "encoded slash"],
  ["/a%2Fb", "encoded slash"],
  ["/a%5cb", "encoded backslash"],
  ["/a%00", "encoded control character"],
  ["/a%0d%0a", "encoded control character"],
  ["/a%7f", "encoded control character"],
  ["/a%zz", "encodes nothing"],
  ["/a%4", "encodes nothing"],
  ["/a%", "encodes nothing"],
  ["//a", "empty segment"],
  ["/a//b", "empty segment"],
  ["/a\\b", "percent-encoded"],
  ["/a#b", "percent-encoded"],
  ["/a b", "percent-encoded"],
  ["/a\u0000", "percent-encoded"],
  ["/\u00e4", "percent-encoded"],
  ["/\u4e00", "percent-encoded"],
  ["/a?b#c", "percent-encoded"],
  [`/${"a".repeat(LIMITS.path_characters_max)}`, "longer than"],
])("%j is refused", (target, because) => {
  const refused = canonicalTarget(target);
  expect(refused.ok).toBe(false);
  expect(!refused.ok && refused.error).toContain(because);
});

test("what is canonical stays as it is", () => {
  const once = canonicalTarget("/%41%c3%a4/b");
  expect(once.ok && canonicalTarget(once.value.path)).toEqual(once);
});
