import { describe, expect, it } from "vitest";
import { type Binding, decideKey, moveSelection, type Press, selectionAfter } from "./keys.ts";

const binding = (keys: string, label = keys, disabled = false): Binding => ({ keys, label, disabled, run: () => {} });
const press = (key: string, more: Partial<Press> = {}): Press => ({ key, modified: false, typing: false, ...more });
const page = [binding("a", "make an issue"), binding("u", "undo", true)];
const shell = [binding("g i", "inbox"), binding("a", "shell"), binding("?", "help")];
const decide = (key: string, pending?: string, more: Partial<Press> = {}) =>
  decideKey([page, shell], pending, press(key, more));

describe("a key press", () => {
  it("means the nearest layer", () => expect(decide("a").run?.label).toBe("make an issue"));
  it("falls through to the shell", () => expect(decide("?").run?.label).toBe("help"));
  it("ignores capitals", () => expect(decide("A").run?.label).toBe("make an issue"));
  it("means nothing while typing", () => expect(decide("a", undefined, { typing: true }).run).toBeUndefined());
  it("leaves Control to the browser", () => expect(decide("a", undefined, { modified: true }).run).toBeUndefined());
  it("skips what is switched off", () => expect(decide("u").run).toBeUndefined());
  it("waits for the second half", () => expect(decide("g")).toEqual({ run: undefined, pending: "g" }));
  it("completes two steps", () => expect(decide("i", "g").run?.label).toBe("inbox"));
  it("forgets a first half that leads nowhere", () => expect(decide("x", "g").pending).toBeUndefined());
  it("does not take a second half for a key of its own", () => expect(decide("a", "g").run).toBeUndefined());
});

describe("the selection of a list", () => {
  const ids = ["a", "b", "c"];
  it.each([
    ["starts at the top", undefined, 1, "a"],
    ["moves down", "a", 1, "b"],
    ["moves up", "c", -1, "b"],
    ["stops at the end", "c", 1, "c"],
    ["stops at the top", "a", -1, "a"],
    ["starts again when it is gone", "z", 1, "a"],
  ] as const)("%s", (_name, from, step, to) => expect(moveSelection(ids, from, step)).toBe(to));
  it("has nowhere to go in an empty list", () => expect(moveSelection([], undefined, 1)).toBeUndefined());
  it("goes on to the next one", () => expect(selectionAfter(ids, "b")).toBe("c"));
  it("steps back from the end", () => expect(selectionAfter(ids, "c")).toBe("b"));
});
