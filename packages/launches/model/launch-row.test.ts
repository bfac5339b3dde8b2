import { LaunchInput, LaunchPhase, LaunchSettings } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { decideLaunchPatch, declaredLaunch, launchOf } from "./launch-row.ts";
import { mayMovePhase, nextPhases } from "./phases.ts";

const made = { id: "launch", now: 100 };
const input = LaunchInput.parse({ name: "spring", scope: { routes: ["orders"] }, from: 1, until: 2 });
const declared = LaunchSettings.parse({
  scope: { routes: ["orders"] },
  window: { from: "2026-12-01T09:00:00+01:00", until: "2026-12-29T18:00:00+01:00" },
});

function row() {
  const launch = launchOf(input, made);
  if (!launch.ok) throw launch.error;
  return launch.value;
}

describe.each(LaunchPhase.options)("phase %s", (phase) => {
  test("can be left, and never by more than one step at its end", () => {
    expect(nextPhases(phase).length).toBeGreaterThan(0);
    expect(nextPhases(phase)).not.toContain(phase);
    if (phase !== "taper") expect(mayMovePhase(phase, "exit")).toBe(false);
  });
});

test("a launch of the console begins in its phase now", () => {
  expect(row()).toMatchObject({ source: "console", phase: "prepare", phase_since: 100, created_at: 100 });
});

test("a window must end after it begins", () => {
  expect(launchOf({ ...input, until: 1 }, made)).toMatchObject({ ok: false, error: { code: "invalid_input" } });
  expect(decideLaunchPatch(row(), { until: 1 }, 200)).toMatchObject({ ok: false, error: { code: "invalid_input" } });
});

test("a phase moves by the steps that there are, and says since when", () => {
  expect(decideLaunchPatch(row(), { phase: "soft" }, 200)).toMatchObject({
    ok: true,
    value: { phase: "soft", phase_since: 200 },
  });
  expect(decideLaunchPatch(row(), { phase: "exit" }, 200)).toMatchObject({
    ok: false,
    error: { code: "conflict", message: "From prepare a launch goes to soft or intense, not to exit." },
  });
  expect(decideLaunchPatch(row(), { phase: "prepare", until: 9 }, 200)).toMatchObject({
    ok: true,
    value: { phase_since: 100, until: 9 },
  });
});

test("settings make the row, keep its identity, and restart its phase only when that changes", () => {
  const first = declaredLaunch("spring", declared, { ...made, existing: undefined });
  expect(first).toMatchObject({ name: "spring", source: "file", from: Date.UTC(2026, 11, 1, 8), created_at: 100 });
  const again = declaredLaunch("spring", declared, { id: "other", now: 200, existing: first });
  expect(again).toEqual(first);
  const moved = declaredLaunch("spring", { ...declared, phase: "soft" }, { id: "other", now: 200, existing: first });
  expect(moved).toEqual({ ...first, phase: "soft", phase_since: 200 });
});

test("what the settings declare is changed there", () => {
  const from_file = declaredLaunch("spring", declared, { ...made, existing: undefined });
  expect(decideLaunchPatch(from_file, { phase: "soft" }, 200)).toMatchObject({
    ok: false,
    error: { code: "settings_from_file" },
  });
});
