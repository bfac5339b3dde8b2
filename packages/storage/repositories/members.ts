// Who belongs to a workspace, and the tokens it issued.
import type { Person } from "@holdfast/contract";
import type { MemberRepository, TokenRepository } from "@holdfast/identity";
import type { Scope } from "../database.ts";
import { mustHaveChanged } from "./found.ts";

export function memberRepository({ db, type, workspace }: Scope): MemberRepository {
  const people = () =>
    db
      .selectFrom("members")
      .innerJoin("people", "people.id", "members.person_id")
      .select(["people.id", "people.name", "people.email", "members.role", "members.added_at"])
      .where("members.workspace", "=", workspace);

  return {
    list: (): Promise<Person[]> => people().orderBy("people.name").orderBy("people.id").execute(),
    find: (person_id) => people().where("people.id", "=", person_id).executeTakeFirst(),
    add: async (person_id, role, added_at) => {
      const added = db.insertInto("members").values({ workspace, person_id, role, added_at });
      const once = added.onConflict((present) => present.columns(["workspace", "person_id"]).doNothing());
      return (await once.executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
    },
    setRole: async (person_id, role) => {
      const one = db.updateTable("members").where("workspace", "=", workspace).where("person_id", "=", person_id);
      mustHaveChanged(await one.set({ role }).executeTakeFirst(), "person");
    },
    remove: async (person_id) => {
      const own = db.deleteFrom("members").where("workspace", "=", workspace);
      await own.where("person_id", "=", person_id).execute();
    },
    countAdmins: async () => {
      const admins = db.selectFrom("members").select("person_id").where("workspace", "=", workspace);
      const rows = admins.where("role", "=", "admin");
      // SQLite has one transaction at a time and needs no row locks.
      return (await (type === "postgres" ? rows.forUpdate() : rows).execute()).length;
    },
  };
}

const TOKEN = ["id", "name", "role", "created_at", "expires_at", "last_used_at", "revoked_at"] as const;

export function tokenRepository({ db, workspace }: Scope): TokenRepository {
  const all = () => db.selectFrom("api_tokens").select(TOKEN).where("workspace", "=", workspace);

  return {
    add: async (token) => {
      if (token.workspace !== workspace) throw new Error("a token belongs to the workspace of its transaction");
      await db.insertInto("api_tokens").values(token).execute();
    },
    list: () => all().orderBy("created_at", "desc").orderBy("id", "desc").execute(),
    find: (id) => all().where("id", "=", id).executeTakeFirst(),
    revoke: async (id, revoked_at) => {
      const one = db.updateTable("api_tokens").where("workspace", "=", workspace).where("id", "=", id);
      mustHaveChanged(await one.set({ revoked_at }).executeTakeFirst(), "token");
    },
  };
}
