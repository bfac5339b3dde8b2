// What the two databases mean by their error codes.
import { Problem } from "@holdfast/base";

/** SQLSTATE: unique_violation. SQLite: SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY. */
const TAKEN = new Set<unknown>(["23505", 2067, 1555]);
/** SQLSTATE: serialization_failure, deadlock_detected. The same transaction succeeds when it is tried again. */
const COLLIDED = new Set<unknown>(["40001", "40P01"]);
/** SQLSTATE: character_not_in_repertoire, untranslatable_character. PostgreSQL has no NUL in texts and JSON; SQLite has. */
const UNSTORABLE = new Set<unknown>(["22021", "22P05"]);

export function isCollision(error: unknown): boolean {
  return COLLIDED.has(codeOf(error));
}

/** What a client may know: that something of this name is already there, or that a text has NUL. Everything else passes as it is. */
export function presentError(error: unknown): unknown {
  const code = codeOf(error);
  if (TAKEN.has(code)) return causedBy(error, "conflict", "There is already one with the same id or name");
  if (UNSTORABLE.has(code))
    return causedBy(error, "invalid_input", "A text has the character NUL, which cannot be stored");
  return error;
}

function causedBy(cause: unknown, code: "conflict" | "invalid_input", detail: string): Problem {
  return Object.assign(new Problem(code, { detail }), { cause });
}

function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return errcode ?? code;
}
