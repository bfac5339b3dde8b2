import fc from "fast-check";
import { expect, test } from "vitest";
import { topLevelMembers } from "./members.ts";

const spacing = fc.constantFrom(undefined, 1, "\t\r\n ");

test("finds exactly the members that JSON.parse finds, each with its value", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), spacing, (value, space) => {
      const text = ` \n${JSON.stringify(value, null, space)}\n`;
      const bytes = Buffer.from(text);
      const found = topLevelMembers(bytes).map(({ name, start, end }) => [
        name,
        JSON.parse(bytes.toString("utf8", start, end)),
      ]);
      expect(found).toEqual(Object.entries(JSON.parse(text)));
    }),
    { numRuns: 500 },
  );
});

test("names repeated members", () => {
  expect(topLevelMembers(Buffer.from('{"a":"\\\\\\"","a":[{"a":1}],"b":-1e5}')).map(({ name }) => name)).toEqual([
    "a",
    "a",
    "b",
  ]);
});
