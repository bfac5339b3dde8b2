// Accounts of people and their one-time links. better-auth signs people in with these rows, so they have the shape it expects:
// a password is a credential of the provider "credential" whose account is the person.
import type { IdSource, Instant } from "@holdfast/base";
import type { AccountRepository, LinkRepository } from "@holdfast/identity";
import type { Kysely } from "kysely";
import type { Database, DatabaseType, Moment } from "../database.ts";

const PASSWORD_PROVIDER = "credential";

export function accountRepository(db: Kysely<Database>, type: DatabaseType, ids: IdSource): AccountRepository {
  const one = () => db.selectFrom("people").select(["id", "name", "email"]);
  const password = (person_id: string) =>
    db
      .selectFrom("credentials")
      .select("id")
      .where("person_id", "=", person_id)
      .where("provider_id", "=", PASSWORD_PROVIDER);

  return {
    find: (id) => one().where("id", "=", id).executeTakeFirst(),
    findByEmail: (email) => one().where("email", "=", email).executeTakeFirst(),
    add: async (account, at) => {
      const unproven = { email_verified: type === "postgres" ? false : 0, image: null };
      await db
        .insertInto("people")
        .values({ ...account, ...unproven, ...times(at, type) })
        .execute();
    },
    hasPassword: async (id) => (await password(id).executeTakeFirst()) !== undefined,
    setPassword: async (person_id, password_hash, at) => {
      const { updated_at, created_at } = times(at, type);
      const named = { person_id, account_id: person_id, provider_id: PASSWORD_PROVIDER };
      await db
        .insertInto("credentials")
        .values({ id: ids(), ...named, password: password_hash, created_at, updated_at })
        .onConflict((present) =>
          present.columns(["provider_id", "account_id"]).doUpdateSet({ password: password_hash, updated_at }),
        )
        .execute();
    },
    endSessions: async (id) => void (await db.deleteFrom("sessions").where("person_id", "=", id).execute()),
    remove: async (id) => void (await db.deleteFrom("people").where("id", "=", id).execute()),
    count: async () => {
      const count = db.fn.countAll<number>().as("count");
      return (await db.selectFrom("people").select(count).executeTakeFirstOrThrow()).count;
    },
  };
}

function times(at: Instant, type: DatabaseType): { created_at: Moment; updated_at: Moment } {
  const moment = type === "postgres" ? new Date(at) : new Date(at).toISOString();
  return { created_at: moment, updated_at: moment };
}

export function linkRepository(db: Kysely<Database>): LinkRepository {
  return {
    add: async (link) => {
      const same = db.deleteFrom("links").where("purpose", "=", link.purpose);
      const { person_id } = link;
      await same.where("person_id", person_id === null ? "is" : "=", person_id).execute();
      await db.insertInto("links").values(link).execute();
    },
    has: async (token_hash, purpose, now) => {
      const known = db.selectFrom("links").select("expires_at").where("token_hash", "=", token_hash);
      const link = await known.where("purpose", "=", purpose).executeTakeFirst();
      return link !== undefined && link.expires_at > now;
    },
    take: async (token_hash, purpose, now) => {
      const taken = db.deleteFrom("links").where("token_hash", "=", token_hash).where("purpose", "=", purpose);
      const link = await taken.returning(["person_id", "expires_at"]).executeTakeFirst();
      return link && link.expires_at > now ? { person_id: link.person_id } : undefined;
    },
  };
}
