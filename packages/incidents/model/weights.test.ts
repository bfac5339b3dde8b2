import type { ShiftInput, Weights } from "@holdfast/contract";
import { expect, test } from "vitest";
import { decideUndo } from "./decide-undo.ts";
import { decideWeights, isSame, presentShift } from "./weights.ts";

const declared = { v1: 0.9, v2: 0.1, v3: 0 };
const why = "because";

test.each([
  [{ roll_back_to: "v1" }, { v1: 1, v2: 0, v3: 0 }],
  [{ flip_to: "v3" }, { v1: 0, v2: 0, v3: 1 }],
  [{ weights: { v1: 0.5, v2: 0.5 } }, { v1: 0.5, v2: 0.5, v3: 0 }],
  [{ weights: { v1: 0.1, v2: 0.2, v3: 0.7 } }, { v1: 0.1, v2: 0.2, v3: 0.7 }],
  [{ weights: { v1: 1 / 3, v2: 1 / 3, v3: 1 / 3 } }, { v1: 0.333333, v2: 0.333333, v3: 0.333333 }],
] as [Omit<ShiftInput, "why">, Record<string, number>][])("%o is %o", (input, weights) => {
  expect(decideWeights({ ...input, why }, declared)).toEqual({ ok: true, value: weights });
});

test.each([
  [{}, "weights", "either"],
  [{ weights: { v1: 1 }, roll_back_to: "v1" }, "weights", "either"],
  [{ flip_to: "v2", roll_back_to: "v1" }, "weights", "either"],
  [{ flip_to: "v9" }, "flip_to", "none of the releases"],
  [{ roll_back_to: "v9" }, "roll_back_to", "none of the releases v1, v2, v3"],
  [{ roll_back_to: "toString" }, "roll_back_to", "none of the releases"],
  [{ weights: { v1: 0.5, v9: 0.5 } }, "weights.v9", "none of the releases"],
  [{ weights: { v1: 0.5, v2: 0.4 } }, "weights", "add up to 90 %; they must add up to 100 %"],
  [{ weights: { v1: 1, v2: 0.1 } }, "weights", "add up to 110 %"],
  [{ weights: {} }, "weights", "add up to 0 %"],
] as [Omit<ShiftInput, "why">, string, string][])("%o is refused at %s", (input, path, message) => {
  const decided = decideWeights({ ...input, why }, declared);
  expect(decided).toEqual({ ok: false, error: [{ path, message: expect.stringContaining(message) }] });
});

test("weights are the same whatever is left out at zero", () => {
  expect(isSame({ v1: 1 }, { v1: 1, v2: 0 })).toBe(true);
  expect(isSame({ v1: 0.1 + 0.2, v2: 0.7 }, { v1: 0.3, v2: 0.7 })).toBe(true);
  expect(isSame({ v1: 1 }, { v1: 0.99, v2: 0.01 })).toBe(false);
});

test("a shift reads as what changed", () => {
  expect(presentShift({ v2: 0.1, v1: 0.9, v3: 0 }, { v1: 1, v2: 0, v3: 0 })).toBe("v1 90 % → 100 %, v2 10 % → 0 %");
});

const action = {
  before: { v1: 0.9, v2: 0.1 },
  after: { v1: 1, v2: 0 },
  closed_before: ["v2", "gone"],
  closed: ["v3"],
  enabled_before: null,
  enabled: null,
  undone_by: null,
};

const standing = (state: { weights: Weights; closed: string[]; declared?: Weights }) => ({
  ...{ action_id: "a", enabled: true, enabled_declared: true, declared },
  ...state,
});

test("an undo goes back to what was, for the releases that there are now", () => {
  expect(decideUndo(action, standing({ weights: { v1: 1 }, closed: ["v3"] }))).toEqual({
    ok: true,
    value: { weights: { v1: 0.9, v2: 0.1, v3: 0 }, closed: ["v2"] },
  });
});

test.each([
  ["undone before", { ...action, undone_by: "other" }, standing({ weights: action.after, closed: ["v3"] }), /already/],
  ["somebody shifted since", action, standing({ weights: { v1: 0.5, v2: 0.5 }, closed: ["v3"] }), /changed again/],
  ["rules were opened since", action, standing({ weights: action.after, closed: [] }), /changed again/],
  [
    "a release is gone",
    action,
    standing({ weights: { v1: 1 }, closed: ["v3"], declared: { v1: 1 } }),
    /no longer have v2/,
  ],
  [
    "it was switched again since",
    { ...action, enabled_before: true, enabled: false },
    standing({ weights: action.after, closed: ["v3"] }),
    /switched again/,
  ],
])("no undo when %s", (_, undone, state, detail) => {
  const decided = decideUndo(undone, state);
  expect(decided).toMatchObject({ ok: false, error: { code: "conflict", message: expect.stringMatching(detail) } });
});
