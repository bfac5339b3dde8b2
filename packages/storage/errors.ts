// What the two databases mean by their error codes.
import { Problem } from "@holdfast/base";

/** SQLSTATE: unique_violation. SQLite: SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY. */
const TAKEN = new Set<unknown>(["23505", 2067, 1555]);
/** SQLSTATE: serialization_failure, deadlock_detected. The same transaction succeeds when it is tried again. */
const COLLIDED = new Set<unknown>(["40001", "40P01"]);

export function isCollision(error: unknown): boolean {
  return COLLIDED.has(codeOf(error));
}

/** What a client may know: that something of this name is already there. Everything else passes as it is. */
export function presentError(error: unknown): unknown {
  if (!TAKEN.has(codeOf(error))) return error;
  return Object.assign(new Problem("conflict", { detail: "There is already one with the same id or name" }), {
    cause: error,
  });
}

function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return errcode ?? code;
}
