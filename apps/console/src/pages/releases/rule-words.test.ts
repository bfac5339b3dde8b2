import { expect, test } from "vitest";
import { conditionsOf } from "./rule-words.ts";

test("a rule reads as its settings do", () => {
  const rule = {
    release: "v2",
    headers: [{ name: "x-canary", value: "yes" }],
    cookies: [{ name: "beta", value: "*" }],
    consumers: ["ada", "bob"],
  };
  expect(conditionsOf(rule)).toEqual(["header x-canary: yes", "cookie beta", "consumer ada, bob"]);
  expect(conditionsOf({ ...rule, headers: [], cookies: [] })).toEqual(["consumer ada, bob"]);
});
