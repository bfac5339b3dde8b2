// The list of migrations, and running those that a database has not seen. A migration that was released is never edited.
import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Database, DatabaseType } from "../database.ts";
import { makePeople } from "./0001-people.ts";
import { makeFeedback } from "./0002-feedback.ts";
import { makeOperations } from "./0003-operations.ts";
import { makeSettings } from "./0004-settings.ts";
import { makeReleases } from "./0005-releases.ts";
import { makeSwitches } from "./0006-switches.ts";
import type { Schema } from "./schema.ts";

const MIGRATIONS: Record<string, (schema: Schema) => Promise<void>> = {
  "0001_people": makePeople,
  "0002_feedback": makeFeedback,
  "0003_operations": makeOperations,
  "0004_settings": makeSettings,
  "0005_releases": makeReleases,
  "0006_switches": makeSwitches,
};

/** All or nothing: a failed or cut-off run leaves the database as it was. */
export async function migrate(db: Kysely<Database>, type: DatabaseType): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrationsFor(type) },
    migrationTableName: "migrations",
    migrationLockTableName: "migrations_lock",
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw new Error("the database could not be brought to this version", { cause: error });
}

function migrationsFor(type: DatabaseType): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(MIGRATIONS).map(([name, make]) => [
      name,
      { up: (db: Kysely<unknown>) => make({ db, type }) } satisfies Migration,
    ]),
  );
}
