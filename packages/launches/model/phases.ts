// The phases of a launch and the moves between them: one step at a time, and each may be taken back.
import type { LaunchPhase } from "@holdfast/contract";

/** A launch without a pilot goes from prepare to intense. Out of exit leads only a step back: into taper. */
const MOVES: Record<LaunchPhase, readonly LaunchPhase[]> = {
  prepare: ["soft", "intense"],
  soft: ["prepare", "intense"],
  intense: ["prepare", "soft", "taper"],
  taper: ["intense", "exit"],
  exit: ["taper"],
};

export function mayMovePhase(from: LaunchPhase, to: LaunchPhase): boolean {
  return MOVES[from].includes(to);
}

export function nextPhases(from: LaunchPhase): readonly LaunchPhase[] {
  return MOVES[from];
}
