// Accepted settings of a workspace, and the notes that plans leave behind.
import type { SettingsPorts, SettingsVersion } from "@holdfast/contract";
import type { Selectable } from "kysely";
import type { Database, Scope } from "../database.ts";
import { drawInstallationNumber } from "./counters.ts";

export function settingsRepository({ db, workspace }: Scope): SettingsPorts["settings"] {
  const newestFirst = () =>
    db.selectFrom("settings_versions").selectAll().where("workspace", "=", workspace).orderBy("version", "desc");

  return {
    newest: async () => {
      const row = await newestFirst().limit(1).executeTakeFirst();
      return row && versionOf(row);
    },
    add: async (version) => {
      const row = { ...version, workspace, by: JSON.stringify(version.by) };
      await db.insertInto("settings_versions").values(row).execute();
    },
    list: async (most) => (await newestFirst().limit(most).execute()).map(versionOf),
  };
}

function versionOf({ workspace: _, by, ...rest }: Selectable<Database["settings_versions"]>): SettingsVersion {
  return { ...rest, by: JSON.parse(by) };
}

export function planRepository(scope: Scope): SettingsPorts["plans"] {
  const { db, workspace } = scope;
  return {
    add: async (note) => {
      const number = await drawInstallationNumber(scope, "plan");
      await db
        .insertInto("plans")
        .values({ ...note, number })
        .execute();
      return number;
    },
    between: (from, until) =>
      db
        .selectFrom("plans")
        .selectAll()
        .where((plan) => plan.or([plan("workspace", "=", workspace), plan("workspace", "is", null)]))
        .where("made_at", ">=", from)
        .where("made_at", "<=", until)
        .orderBy("number")
        .execute(),
  };
}
