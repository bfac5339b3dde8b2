import { expect, it } from "vitest";
import { titleOf } from "./voice-title.ts";

it.each([
  ["its first sentence", "I pressed pay twice. Now I see two charges.", "I pressed pay twice"],
  ["a question keeps its mark", "Can the list keep my filter? Thanks", "Can the list keep my filter?"],
  ["its first line", "Refund shows twice\nsee below", "Refund shows twice"],
  ["a short first sentence is no title", "Hi. The total is wrong.", "Hi. The total is wrong"],
  ["a message without an end", "total is undefined", "total is undefined"],
])("%s", (_name, message, title) => expect(titleOf(message)).toBe(title));

it("is cut at a word", () => {
  const title = titleOf("word ".repeat(60));
  expect(title.length).toBeLessThanOrEqual(91);
  expect(title).toMatch(/word…$/);
});
