// The trail of who did what: written in the transaction of the deed, never changed.
import type { AuditEntry, AuditLog } from "@holdfast/contract";
import type { Selectable } from "kysely";
import type { Database, Scope } from "../database.ts";
import { cutPage, olderThan, rowsWanted } from "./page.ts";

export function auditLog({ db, workspace }: Scope): AuditLog {
  return {
    add: async (entry) => {
      const row = { ...entry, workspace, actor: JSON.stringify(entry.actor), detail: JSON.stringify(entry.detail) };
      await db.insertInto("audit").values(row).execute();
    },
    list: async (page) => {
      const all = db.selectFrom("audit").selectAll().where("workspace", "=", workspace);
      const newest_first = all.orderBy("at", "desc").orderBy("id", "desc");
      const rows = await newest_first
        .where(olderThan(page, "at", "id"))
        .limit(rowsWanted(page))
        .execute();
      return cutPage(page, rows, (row) => row, entryOf);
    },
  };
}

function entryOf({ workspace: _, actor, detail, ...rest }: Selectable<Database["audit"]>): AuditEntry {
  return { ...rest, actor: JSON.parse(actor), detail: JSON.parse(detail) };
}
