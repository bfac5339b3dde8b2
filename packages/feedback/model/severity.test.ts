import { expect, test } from "vitest";
import { decideSeverity, severityOfFinding } from "./severity.ts";

test.each([
  [0.06, 2],
  [0.499, 2],
  [0.5, 1],
  [1, 1],
])("a release that fails %d of its calls is severity %i", (value, severity) => {
  expect(severityOfFinding({ value })).toBe(severity);
});

test("a finding makes an issue worse, never better", () => {
  expect(decideSeverity({ severity: 3 }, { value: 0.52 })).toEqual({
    severity: 1,
    because: "Raised from 3 to 1: 52 % of calls fail.",
  });
  expect(decideSeverity({ severity: 1 }, { value: 0.1 })).toBeUndefined();
  expect(decideSeverity({ severity: 2 }, { value: 0.1 })).toBeUndefined();
});
