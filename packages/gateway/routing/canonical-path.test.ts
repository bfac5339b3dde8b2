import { LIMITS } from "@holdfast/base";
import { expect, test } from "vitest";
import { canonicalTarget, canonicalTargetOn, encodedSlashTrouble } from "./canonical-path.ts";

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
  expect(canonicalTarget(target)).toEqual({ ok: true, value: { path, query, encoded_slash: false } });
});

test.each([
  ["/a%2fb", "/a%2Fb"],
  ["/a%2Fb/%41", "/a%2Fb/A"],
  ["/%2f", "/%2F"],
  // What stands hidden is the route's to refuse.
  ["/..%2Fa", "/..%2Fa"],
])("%s is taken, for a route to decide", (target, path) => {
  expect(canonicalTarget(`${target}?q=%2f`)).toEqual({
    ok: true,
    value: { path, query: "q=%2f", encoded_slash: true },
  });
});

test.each(["/a%252Fb", "/a?b=%2F", "/a%C2F"])("%s has no encoded slash", (target) => {
  expect(canonicalTarget(target)).toMatchObject({ ok: true, value: { encoded_slash: false } });
});

test.each(["/projects/group%2Fname", "/@scope%2Fname", "/a%2Fb%2Fc/d", "/o/folder%2F", "/a..%2F..b", "/a;v=1%2Fb"])(
  "%s is a path where encoded slashes are kept, and nowhere else",
  (path) => {
    expect(encodedSlashTrouble({ encoded_slashes: "keep" }, path)).toBeUndefined();
    expect(canonicalTargetOn({ encoded_slashes: "keep" }, path)).toEqual(canonicalTarget(path));
    for (const other of [{}, undefined])
      expect(encodedSlashTrouble(other, path)).toBe("The path contains an encoded slash.");
    expect(canonicalTargetOn({}, path)).toEqual({ ok: false, error: "The path contains an encoded slash." });
  },
);

test.each([
  ["/..%2Fa", "dot segment"],
  ["/a%2F..", "dot segment"],
  ["/a%2F../b", "dot segment"],
  ["/a%2F.%2Fb", "dot segment"],
  ["/..%2F..%2Fetc", "dot segment"],
  ["/a%2F..;x=1", "dot segment"],
  ["/a%2F..%3Bx=1", "dot segment"],
  ["/a;x%2F../b", "dot segment"],
  ["/a%2F%2Fb", "empty segment"],
  ["/%2Fa", "empty segment"],
  ["/%2F", "empty segment"],
  ["/a/%2Fb", "empty segment"],
  ["/a%2F/b", "empty segment"],
])("%s is refused also where encoded slashes are kept", (path, because) => {
  expect(encodedSlashTrouble({ encoded_slashes: "keep" }, path)).toContain(because);
  expect(canonicalTargetOn({ encoded_slashes: "keep" }, path)).toMatchObject({ ok: false });
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
  ["/%2e%2e%2fa", "encoded dot"],
  ["/a%2F%2e%2e", "encoded dot"],
  ["/a%5cb", "encoded backslash"],
  ["/a%2F%5cb", "encoded backslash"],
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
  const once = canonicalTarget("/%41%c3%a4%2f/b");
  expect(once.ok && canonicalTarget(once.value.path)).toEqual(once);
});
