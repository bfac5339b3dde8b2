// The directory: what must be known before a workspace is, over all workspaces.
import type { IdSource } from "@holdfast/base";
import type { DirectoryPorts, IdentityPorts } from "@holdfast/identity";
import type { Kysely } from "kysely";
import type { Database, DatabaseType } from "../database.ts";
import { accountRepository, linkRepository } from "./accounts.ts";
import { auditLog } from "./audit.ts";
import { memberRepository, tokenRepository } from "./members.ts";

export function directoryPorts(db: Kysely<Database>, type: DatabaseType, ids: IdSource): DirectoryPorts {
  return {
    workspaces: workspaceRepository(db),
    accounts: accountRepository(db, type, ids),
    links: linkRepository(db),
    memberships: (person_id) =>
      db
        .selectFrom("members")
        .select(["workspace as name", "role"])
        .where("person_id", "=", person_id)
        .orderBy("workspace")
        .execute(),
    tokenByHash: (hash) => db.selectFrom("api_tokens").selectAll().where("secret_hash", "=", hash).executeTakeFirst(),
    touchToken: async (id, last_used_at) =>
      void (await db.updateTable("api_tokens").set({ last_used_at }).where("id", "=", id).execute()),
    within: (workspace): IdentityPorts => {
      const scope = { db, type, workspace };
      return { members: memberRepository(scope), tokens: tokenRepository(scope), audit: auditLog(scope) };
    },
  };
}

function workspaceRepository(db: Kysely<Database>): DirectoryPorts["workspaces"] {
  const all = () => db.selectFrom("workspaces").selectAll();
  return {
    list: () => all().orderBy("name").execute(),
    find: (name) => all().where("name", "=", name).executeTakeFirst(),
    add: async (workspace) => {
      const added = db
        .insertInto("workspaces")
        .values(workspace)
        .onConflict((taken) => taken.column("name").doNothing());
      return (await added.executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
    },
  };
}
