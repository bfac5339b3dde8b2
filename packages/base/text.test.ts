import { expect, test } from "vitest";
import { closest, editDistance, shorten } from "./text.ts";

test.each([
  ["kitten", "sitting", 3],
  ["", "abc", 3],
  ["same", "same", 0],
])("%j to %j takes %i edits", (left, right, edits) => {
  expect(editDistance(left, right)).toBe(edits);
  expect(editDistance(right, left)).toBe(edits);
});

test("a slip finds the word that was meant, a different word finds nothing", () => {
  const known = ["access", "limits", "capture", "timeouts"];
  expect(closest("acess", known)).toBe("access");
  expect(closest("timeout", known)).toBe("timeouts");
  expect(closest("banana", known)).toBeUndefined();
});

test("a text is cut with a mark and never inside a character", () => {
  expect(shorten("abcdef", 6)).toBe("abcdef");
  expect(shorten("abcdefg", 6)).toBe("abcde…");
  expect(shorten("ab😀cd", 4)).toBe("ab…");
});
