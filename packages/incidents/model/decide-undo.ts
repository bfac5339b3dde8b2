// Whether an action can be taken back: only while its own weights still stand, or the undo would take back other hands' work.
import { failed, ok, Problem, type Result } from "@holdfast/base";
import type { Action, Weights } from "@holdfast/contract";
import { isSame } from "./weights.ts";

/** The weights to go back to, for the releases that the settings declare now. */
export function decideUndo(
  action: Pick<Action, "before" | "after" | "undone_by">,
  { current, declared }: { current: Weights; declared: Weights },
): Result<Weights, Problem> {
  if (action.undone_by !== null) return conflict("It has been undone already.");
  if (!isSame(current, action.after)) return conflict("Since then the split was changed again; shift it instead.");
  const gone = Object.keys(action.before).filter((name) => action.before[name] !== 0 && !Object.hasOwn(declared, name));
  if (gone.length > 0) return conflict(`The settings no longer have ${gone.join(" and ")}.`);
  return ok(Object.fromEntries(Object.keys(declared).map((name) => [name, action.before[name] ?? 0])));
}

function conflict(detail: string): Result<never, Problem> {
  return failed(new Problem("conflict", { detail }));
}
