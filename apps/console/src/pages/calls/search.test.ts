import { expect, it } from "vitest";
import { readCallsSearch } from "./search.ts";

const read = (search: Record<string, unknown>) => JSON.parse(JSON.stringify(readCallsSearch(search))) as unknown;

it.each([
  [
    "keeps what it knows",
    { subject: "routes.orders", outcome: "failed" },
    { subject: "routes.orders", outcome: "failed" },
  ],
  ["reads figures from text", { status: "502", from: "1000" }, { status: 502, from: 1000 }],
  ["drops a status that does not exist", { status: 9000 }, {}],
  ["drops what it does not know", { outcome: "maybe", colour: "red", cursor: "" }, {}],
])("%s", (_name, search, expected) => expect(read(search)).toEqual(expected));
