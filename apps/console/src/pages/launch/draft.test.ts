import { describe, expect, it } from "vitest";
import { draftInput, emptyDraft, isComplete } from "./draft.ts";

const draft = { ...emptyDraft(new Date(2026, 11, 1, 12).getTime()), name: "spring" };

describe("a launch as it is typed", () => {
  it("begins today and lasts four weeks", () => {
    expect(draft).toMatchObject({ from: "2026-12-01", until: "2026-12-29" });
  });
  it("needs a name and a window", () => {
    expect(isComplete(draft)).toBe(true);
    expect(isComplete({ ...draft, name: "Spring launch" })).toBe(false);
    expect(isComplete({ ...draft, until: draft.from })).toBe(false);
  });
  it("is sent with units, and from the reader's midnight", () => {
    const input = draftInput({ ...draft, routes: "orders, checkout,", errors: 0.5 });
    expect(input.from).toBe(new Date(2026, 11, 1).getTime());
    expect(input.scope).toEqual({ routes: ["orders", "checkout"], models: [] });
    expect(input.exit).toMatchObject({ errors: { under: "0.5%", over_last: "7d" }, quiet: { at_least: 7 } });
  });
  it("leaves out criteria that are zero", () => {
    expect(draftInput({ ...draft, days: 0, errors: 0 }).exit).toEqual({});
  });
});
