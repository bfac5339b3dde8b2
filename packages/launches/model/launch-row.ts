// Launches as rows: made from input or from settings, changed by a patch. Values in, rows out.
import { failed, type Id, type Instant, ok, Problem, type Result } from "@holdfast/base";
import type { LaunchInput, LaunchPatch, Settings } from "@holdfast/contract";
import type { LaunchRow } from "../ports.ts";
import { mayMovePhase, nextPhases } from "./phases.ts";

type Made = { id: Id; now: Instant };
type DeclaredLaunch = Settings["launches"][string];

export function launchOf(input: LaunchInput, { id, now }: Made): Result<LaunchRow, Problem> {
  if (input.until <= input.from) return failed(endsTooEarly());
  return ok({ ...input, id, phase_since: now, source: "console", created_at: now });
}

/** The row that a launch of the settings comes to. One that exists keeps its id; its phase time changes with its phase. */
export function declaredLaunch(
  name: string,
  declared: DeclaredLaunch,
  { existing, id, now }: Made & { existing: LaunchRow | undefined },
): LaunchRow {
  const { scope, window, phase, exit } = declared;
  const row = { name, scope, from: Date.parse(window.from), until: Date.parse(window.until), phase, exit };
  if (!existing) return { ...row, id, phase_since: now, source: "file", created_at: now };
  const phase_since = phase === existing.phase ? existing.phase_since : now;
  return { ...row, id: existing.id, phase_since, source: "file", created_at: existing.created_at };
}

export function decideLaunchPatch(row: LaunchRow, patch: LaunchPatch, now: Instant): Result<LaunchRow, Problem> {
  const { phase = row.phase, from = row.from, until = row.until } = patch;
  if (row.source === "file") {
    const detail = `The settings declare the launch ${row.name}; change it there.`;
    return failed(new Problem("settings_from_file", { detail }));
  }
  if (until <= from) return failed(endsTooEarly());
  if (phase === row.phase) return ok({ ...row, from, until });
  if (!mayMovePhase(row.phase, phase)) {
    const detail = `From ${row.phase} a launch goes to ${nextPhases(row.phase).join(" or ")}, not to ${phase}.`;
    return failed(new Problem("conflict", { detail }));
  }
  return ok({ ...row, from, until, phase, phase_since: now });
}

function endsTooEarly(): Problem {
  return new Problem("invalid_input", { errors: [{ path: "until", message: "must be later than `from`" }] });
}
