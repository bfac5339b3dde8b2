// Routes and models that actions switched on or off, and what those actions set.
import { sql } from "kysely";
import { makeTable, type Schema } from "./schema.ts";

export async function makeSwitches(schema: Schema): Promise<void> {
  const { db, type } = schema;
  // 0 or 1: SQLite has no boolean, and two kinds of column would be read in two ways.
  const number = sql.raw(type === "postgres" ? "bigint" : "integer");
  for (const column of ["enabled_before", "enabled"])
    await db.schema.alterTable("actions").addColumn(column, number).execute();
  await makeTable(schema, "switches", {
    columns: { workspace: "text", subject: "text", enabled: "integer", action_id: "text" },
    key: ["workspace", "subject"],
    rows: "workspace",
  });
}
