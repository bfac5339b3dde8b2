// Whether an action can be taken back: only while its own weights still stand, or the undo would take back other hands' work.
import { failed, ok, Problem, type Result } from "@holdfast/base";
import type { Action, Weights } from "@holdfast/contract";
import type { Traffic } from "../ports.ts";
import { isSameSet } from "./closed.ts";
import { isSame } from "./weights.ts";

/** The weights to go back to, for the releases that the settings declare now. */
export function decideUndo(
  action: Pick<Action, "before" | "after" | "closed_before" | "closed" | "undone_by">,
  { current, declared }: { current: Traffic; declared: Weights },
): Result<Traffic, Problem> {
  if (action.undone_by !== null) return conflict("It has been undone already.");
  if (!isSame(current.weights, action.after) || !isSameSet(current.closed, action.closed))
    return conflict("Since then the split was changed again; shift it instead.");
  const gone = Object.keys(action.before).filter((name) => action.before[name] !== 0 && !Object.hasOwn(declared, name));
  if (gone.length > 0) return conflict(`The settings no longer have ${gone.join(" and ")}.`);
  const weights = Object.fromEntries(Object.keys(declared).map((name) => [name, action.before[name] ?? 0]));
  return ok({ weights, closed: action.closed_before.filter((name) => Object.hasOwn(declared, name)) });
}

function conflict(detail: string): Result<never, Problem> {
  return failed(new Problem("conflict", { detail }));
}
