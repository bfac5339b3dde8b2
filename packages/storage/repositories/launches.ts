// Launches. Their names are unique in a workspace; the state of their criteria is nobody's row.
import type { LaunchRepository, LaunchRow } from "@holdfast/launches";
import type { Selectable } from "kysely";
import type { Database, Scope } from "../database.ts";
import { mustHaveChanged } from "./found.ts";
import { cutPage, olderThan, rowsWanted } from "./page.ts";

type Row = Selectable<Database["launches"]>;

export function launchRepository({ db, workspace }: Scope): LaunchRepository {
  const all = () => db.selectFrom("launches").selectAll().where("workspace", "=", workspace);
  const newestFirst = () => all().orderBy("created_at", "desc").orderBy("id", "desc");

  return {
    add: async (launch) => void (await db.insertInto("launches").values(rowOf(launch, workspace)).execute()),
    save: async (launch) => {
      const { id, workspace: _, ...changed } = rowOf(launch, workspace);
      const one = db.updateTable("launches").where("workspace", "=", workspace).where("id", "=", id);
      mustHaveChanged(await one.set(changed).executeTakeFirst(), "launch");
    },
    find: async (id) => launchOf(await all().where("id", "=", id).executeTakeFirst()),
    findByName: async (name) => launchOf(await all().where("name", "=", name).executeTakeFirst()),
    list: async (page) => {
      const rows = await newestFirst()
        .where(olderThan(page, "created_at", "id"))
        .limit(rowsWanted(page))
        .execute();
      return cutPage(page, rows, (row) => ({ at: row.created_at, id: row.id }), presentRow);
    },
    current: async (now) => {
      const running = newestFirst().where("starts_at", "<=", now).where("ends_at", ">=", now);
      return launchOf(await running.where("phase", "!=", "exit").limit(1).executeTakeFirst());
    },
  };
}

function rowOf({ from, until, scope, exit, ...rest }: LaunchRow, workspace: string): Row {
  const held = { scope: JSON.stringify(scope), exit: JSON.stringify(exit) };
  return { ...rest, ...held, workspace, starts_at: from, ends_at: until };
}

function launchOf(row: Row | undefined): LaunchRow | undefined {
  return row && presentRow(row);
}

function presentRow({ workspace: _, starts_at, ends_at, scope, exit, ...rest }: Row): LaunchRow {
  return { ...rest, from: starts_at, until: ends_at, scope: JSON.parse(scope), exit: JSON.parse(exit) };
}
