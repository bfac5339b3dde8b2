// Opens PostgreSQL: a bounded pool, and types that read the same as from SQLite.
import { LIMITS } from "@holdfast/base";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Database } from "../database.ts";

/** pg hands these over as text or parsed; we want numbers, and JSON as text, so that one code path reads both databases. */
const PARSERS: Record<number, (text: string) => unknown> = {
  [pg.types.builtins.INT8]: Number,
  [pg.types.builtins.JSONB]: (text) => text,
  [pg.types.builtins.JSON]: (text) => text,
};

export function openPostgres(url: string): { db: Kysely<Database>; close(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString: url,
    max: LIMITS.postgres_connections_max,
    connectionTimeoutMillis: LIMITS.postgres_connect_ms,
    idle_in_transaction_session_timeout: LIMITS.postgres_idle_in_transaction_ms,
    types: { getTypeParser: parserFor as typeof pg.types.getTypeParser },
  });
  // An idle connection that breaks is dropped by the pool; who needs one next gets a new one, or an error of their own.
  pool.on("error", () => undefined);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { db, close: () => db.destroy() };
}

function parserFor(type: number, format?: "text" | "binary"): unknown {
  return PARSERS[type] ?? pg.types.getTypeParser(type, format as "text");
}
