// The contract that every detector keeps, over all of their cases.
import { describe, expect, test } from "vitest";
import { detectors } from "./detectors.ts";

describe.each(detectors)("detector $detector.id", ({ detector, cases }) => {
  test("has a case in which it must stay silent", () => {
    expect(cases.some((entry) => "nothing" in entry)).toBe(true);
  });

  test.each(cases)("$name", (entry) => {
    const window = Object.freeze(structuredClone(entry.window));
    const found = detector.prepare(entry.settings).detect(window);
    if ("nothing" in entry) return expect(found, entry.nothing).toBeUndefined();
    expect(found).toMatchObject({ detector: detector.id, subject: window.subject, ...entry.finding });
    expect(found?.sentence).toMatch(/^\S.*\.$/);
    expect(found).toMatchObject({ window_from: window.from, window_until: window.until, calls: window.tested.calls });
  });

  test.each(cases)("$name: silent when no call came", ({ settings, window }) => {
    const empty = { ...window, tested: { ...window.tested, calls: 0, errors: 0 } };
    expect(detector.prepare(settings).detect(empty)).toBeUndefined();
  });
});
