// What the two databases mean by their error codes.
import { Problem } from "@holdfast/base";

/** SQLSTATE: unique_violation. SQLite: SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY. */
const TAKEN = new Set<unknown>(["23505", 2067, 1555]);
/** SQLSTATE: serialization_failure, deadlock_detected. The same transaction succeeds when it is tried again. */
const COLLIDED = new Set<unknown>(["40001", "40P01"]);
/** SQLSTATE: character_not_in_repertoire, untranslatable_character. PostgreSQL has no NUL in texts and JSON; SQLite has. */
const UNSTORABLE = new Set<unknown>(["22021", "22P05"]);

/**
 * SQLite's primary result codes IOERR, READONLY, FULL and CANTOPEN; SQLSTATE classes of a connection that broke, of resources
 * that ran out, of a server that stops, and of the system below it; and what the network says.
 */
const SQLITE_UNAVAILABLE = new Set([8, 10, 13, 14]);
const UNAVAILABLE = /^(08|53|57P0[123]|58)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOSPC)$/;

export function isCollision(error: unknown): boolean {
  return COLLIDED.has(codeOf(error));
}

/** What a client may know: that something of this name is already there, or that a text has NUL. Everything else passes as it is. */
export function presentError(error: unknown): unknown {
  const code = codeOf(error);
  if (TAKEN.has(code)) return causedBy(error, "conflict", "There is already one with the same id or name");
  if (UNSTORABLE.has(code))
    return causedBy(error, "invalid_input", "A text has the character NUL, which cannot be stored");
  if (isUnavailable(code)) return causedBy(error, "storage_unavailable");
  return error;
}

function isUnavailable(code: unknown): boolean {
  if (typeof code === "number") return SQLITE_UNAVAILABLE.has(code & 0xff);
  return typeof code === "string" && UNAVAILABLE.test(code);
}

function causedBy(
  cause: unknown,
  code: "conflict" | "invalid_input" | "storage_unavailable",
  detail?: string,
): Problem {
  return Object.assign(new Problem(code, detail === undefined ? {} : { detail }), { cause });
}

function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return errcode ?? code;
}
