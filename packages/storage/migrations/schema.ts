// How migrations speak of tables. The differences between the two databases in column types and row-level security are here
// and nowhere else.
import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import type { DatabaseType } from "../database.ts";
import { EVERY_WORKSPACE, WORKSPACE_SETTING } from "../postgres/tenancy.ts";

const COLUMN_TYPES = {
  sqlite: { text: "text", integer: "integer", float: "real", json: "text", moment: "text", boolean: "integer" },
  postgres: {
    text: "text",
    integer: "bigint",
    float: "double precision",
    json: "jsonb",
    moment: "timestamptz",
    boolean: "boolean",
  },
} as const;

type ColumnKind = keyof (typeof COLUMN_TYPES)["sqlite"];

type Reference = { columns: string[]; to: string; key: string[] };

export type Table = {
  /** Name and kind; a question mark lets a column be null. */
  columns: Record<string, ColumnKind | `${ColumnKind}?`>;
  key: string[];
  unique?: string[][];
  indexes?: string[][];
  /** Rows that go away with the row they belong to. */
  belongs?: Reference[];
  /** Rows that keep the row they refer to from going away. */
  refers?: Reference[];
  /** "workspace": has a column of that name, and PostgreSQL shows a transaction only the rows of its own workspace. */
  rows: "workspace" | "installation";
};

export type Schema = { db: Kysely<unknown>; type: DatabaseType };

export async function makeTable({ db, type }: Schema, name: string, table: Table): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(name);
  for (const [column, kind] of Object.entries(table.columns)) builder = addColumn(builder, type, column, kind);
  builder = builder.addPrimaryKeyConstraint(`${name}_key`, table.key);
  for (const columns of table.unique ?? [])
    builder = builder.addUniqueConstraint(`${name}_${columns.at(-1)}_once`, columns);
  for (const { columns, to, key } of table.belongs ?? [])
    builder = builder.addForeignKeyConstraint(`${name}_of_${to}`, columns, to, key, (made) => made.onDelete("cascade"));
  for (const { columns, to, key } of table.refers ?? [])
    builder = builder.addForeignKeyConstraint(`${name}_in_${to}`, columns, to, key);
  // Strict: SQLite refuses a text in an integer column, as PostgreSQL does.
  if (type === "sqlite") builder = builder.modifyEnd(sql`strict`);
  await builder.execute();
  for (const columns of table.indexes ?? [])
    await db.schema
      .createIndex(`${name}_by_${columns.join("_")}`)
      .on(name)
      .columns(columns)
      .execute();
  if (type === "postgres" && table.rows === "workspace") await separateWorkspaces(db, name);
}

function addColumn(
  builder: CreateTableBuilder<string, string>,
  type: DatabaseType,
  name: string,
  kind: ColumnKind | `${ColumnKind}?`,
): CreateTableBuilder<string, string> {
  const data_type = sql.raw(COLUMN_TYPES[type][kind.replace("?", "") as ColumnKind]);
  return builder.addColumn(name, data_type, (column) => (kind.endsWith("?") ? column : column.notNull()));
}

/** `force`: the tables' owner, who is normally the one who connects, is held by the policy too. */
async function separateWorkspaces(db: Kysely<unknown>, name: string): Promise<void> {
  const table = sql.table(name);
  const setting = sql`current_setting(${sql.lit(WORKSPACE_SETTING)}, true)`;
  await sql`alter table ${table} enable row level security`.execute(db);
  await sql`alter table ${table} force row level security`.execute(db);
  await sql`create policy own_workspace on ${table}
    using (workspace = ${setting} or ${setting} = ${sql.lit(EVERY_WORKSPACE)})`.execute(db);
}
