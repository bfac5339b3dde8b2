// Numbers that count up without gaps: drawing one holds its row until the transaction ends, so two transactions never draw the
// same and a rolled back one leaves no hole.
import { sql } from "kysely";
import type { Scope } from "../database.ts";

/** The next number of this name in the workspace, from 1. */
export async function drawNumber({ db, workspace }: Scope, name: string): Promise<number> {
  const { value } = await db
    .insertInto("counters")
    .values({ workspace, name, value: 1 })
    .onConflict((taken) => taken.columns(["workspace", "name"]).doUpdateSet({ value: sql`counters.value + 1` }))
    .returning("value")
    .executeTakeFirstOrThrow();
  return value;
}

/** The next number of this name in the whole installation, from 1. */
export async function drawInstallationNumber({ db }: Pick<Scope, "db">, name: string): Promise<number> {
  const { value } = await db
    .insertInto("installation_counters")
    .values({ name, value: 1 })
    .onConflict((taken) => taken.column("name").doUpdateSet({ value: sql`installation_counters.value + 1` }))
    .returning("value")
    .executeTakeFirstOrThrow();
  return value;
}
