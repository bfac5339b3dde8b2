// Whether an action can be taken back: only while what it set still stands, or the undo would take back other hands' work.
import { failed, ok, Problem, type Result } from "@holdfast/base";
import type { Action } from "@holdfast/contract";
import type { Traffic } from "../ports.ts";
import { isSameSet } from "./closed.ts";
import type { Change, Standing } from "./standing.ts";
import { isSame } from "./weights.ts";

type Undone = Pick<
  Action,
  "before" | "after" | "closed_before" | "closed" | "enabled_before" | "enabled" | "undone_by"
>;

/** What to go back to, of what the settings declare now. */
export function decideUndo(action: Undone, standing: Standing): Result<Change, Problem> {
  if (action.undone_by !== null) return conflict("It has been undone already.");
  if (action.enabled_before === null) return undoMove(action, standing);
  if (standing.enabled !== action.enabled) return conflict("Since then it was switched again.");
  return ok({ enabled: action.enabled_before });
}

function undoMove(action: Undone, { weights: current, closed, declared }: Standing): Result<Traffic, Problem> {
  if (!isSame(current, action.after) || !isSameSet(closed, action.closed))
    return conflict("Since then the split was changed again; shift it instead.");
  const gone = Object.keys(action.before).filter((name) => action.before[name] !== 0 && !Object.hasOwn(declared, name));
  if (gone.length > 0) return conflict(`The settings no longer have ${gone.join(" and ")}.`);
  const weights = Object.fromEntries(Object.keys(declared).map((name) => [name, action.before[name] ?? 0]));
  return ok({ weights, closed: action.closed_before.filter((name) => Object.hasOwn(declared, name)) });
}

function conflict(detail: string): Result<never, Problem> {
  return failed(new Problem("conflict", { detail }));
}
