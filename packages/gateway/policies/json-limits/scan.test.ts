import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_JSON_LIMITS, scanJson } from "./scan.ts";

/** The same whether names are cut out of the text or read from the bytes. */
function scan(text: string | Uint8Array, limits = {}) {
  const bytes = Buffer.from(text as Uint8Array);
  const all = { ...DEFAULT_JSON_LIMITS, ...limits };
  const found = scanJson(bytes, all);
  expect(scanJson(bytes, all, bytes.toString())).toEqual(found);
  return found;
}

test("whatever JSON.stringify writes is JSON", () => {
  fc.assert(fc.property(fc.json(), (text) => scan(text, { duplicate_keys: "pass", depth_most: 1000 }) === undefined));
});

test("whatever JSON.parse refuses is refused, and the other way round", () => {
  const parses = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const piece = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"',
    "\\u00e9",
    "\\x",
    "1",
    "-",
    "0",
    "1.",
    ".5",
    "1e3",
    "e",
    "true",
    "nul",
    "null",
    " ",
    "\n",
    "\u0001",
    "é",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      expect([text, scan(text, { duplicate_keys: "pass" }) === undefined]).toEqual([text, parses(text)]);
    }),
    { numRuns: 5000 },
  );
});

describe("limits", () => {
  test.each<[string, string, object, boolean]>([
    ["depth, just", "[[[]]]", { depth_most: 3 }, true],
    ["depth, past", "[[[]]]", { depth_most: 2 }, false],
    ["depth of objects", '{"a":{"b":1}}', { depth_most: 1 }, false],
    ["members of all objects", '[{"a":1},{"b":1},{"c":1}]', { keys_most: 2 }, false],
    ["entries of one list", "[1,2,3]", { array_items_most: 2 }, false],
    ["entries of several lists", "[[1],[2,3]]", { array_items_most: 2 }, true],
    ["a long name", '{"abcd":1}', { key_characters_most: 3 }, false],
    ["a long text", '"abcd"', { text_most: 3 }, false],
    ["the same member twice", '{"a":1,"a":2}', {}, false],
    ["the same member twice, one escaped", '{"a":1,"\\u0061":2}', {}, false],
    ["the same name in two objects", '[{"a":1},{"a":2}]', {}, true],
    ["the same member twice, allowed", '{"a":1,"a":2}', { duplicate_keys: "pass" }, true],
  ])("%s", (_, text, limits, passes) => {
    expect(scan(text, limits) === undefined).toBe(passes);
  });

  test("a million brackets are refused at once", () => {
    expect(scan("[".repeat(1_000_000))).toEqual({ kind: "limit", detail: "it is nested deeper than 64" });
  });

  test("what is not UTF-8 is not JSON", () => {
    expect(scan(Buffer.from([0x22, 0xff, 0x22]))?.kind).toBe("syntax");
    expect(scan("\ufeff{}")?.kind).toBe("syntax");
  });
});

test.each([3, 8, 9, 40])("of %d members each name is held against all before it", (count) => {
  const members = Array.from({ length: count }, (_, index) => `"n${index}":{}`);
  expect(scan(`{${members.join()}}`)).toBeUndefined();
  for (const again of [0, count - 1]) expect(scan(`{${members.join()},"n${again}":1}`)?.kind).toBe("limit");
});
