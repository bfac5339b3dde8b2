// Holding a name: whoever else wants it waits until the transaction ends. For what is decided from several rows, or from rows that
// are not there yet, so that there is none to lock.
import { sql } from "kysely";
import type { Scope } from "../database.ts";

/** SQLite has one transaction at a time and needs no locks. */
export async function holdName({ db, type, workspace }: Scope, name: string): Promise<void> {
  if (type !== "postgres") return;
  // Two names with the same hash only wait for each other without need.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${workspace}/${name}`}, 0))`.execute(db);
}
