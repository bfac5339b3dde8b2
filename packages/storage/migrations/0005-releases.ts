// Releases that no rule may lead to, and promotions: traffic on its way to a release, step by step.
import { type ColumnDefinitionBuilder, sql } from "kysely";
import { makeTable, type Schema } from "./schema.ts";

export async function makeReleases(schema: Schema): Promise<void> {
  await addLists(schema, "actions", ["closed_before", "closed"]);
  await addLists(schema, "overrides", ["closed"]);
  await makePromotions(schema);
}

async function makePromotions(schema: Schema): Promise<void> {
  await makeTable(schema, "promotions", {
    columns: {
      workspace: "text",
      id: "text",
      subject: "text",
      to: "text",
      before: "json",
      steps: "json",
      on_failure: "text",
      least_calls: "integer",
      state: "text",
      step: "integer",
      step_since: "integer",
      paused_at: "integer?",
      started_at: "integer",
      ended_at: "integer?",
      by: "json",
      why: "text",
      action_id: "text?",
      fingerprint: "text",
    },
    key: ["workspace", "id"],
    indexes: [
      ["workspace", "subject", "id"],
      ["workspace", "state"],
    ],
    rows: "workspace",
  });
}

/** Rows that are there already have nothing in their lists. */
async function addLists({ db, type }: Schema, table: string, columns: string[]): Promise<void> {
  const list = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo("[]");
  const json = sql.raw(type === "postgres" ? "jsonb" : "text");
  for (const column of columns) await db.schema.alterTable(table).addColumn(column, json, list).execute();
}
