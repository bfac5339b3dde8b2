import { simulatedClock } from "@holdfast/base";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { part } from "../../../tests/parts/index.ts";
import { startPostgres } from "../../../tests/parts/postgres.ts";
import { tenancySuite } from "../contract/tenancy.suite.ts";
import type { Database } from "../database.ts";
import { migrate } from "../migrations/migrate.ts";
import { type Transactions, transactionsOf } from "../transactions.ts";
import { openPostgres } from "./open.ts";
import { prepareTenancy } from "./tenancy.ts";

const postgres = await part("postgres");

/** Queries here name no workspace: what hides rows is the database alone. */
function rowLevelSecurity(freshDatabase: () => Promise<string>): void {
  let opened: ReturnType<typeof openPostgres>;
  let transactions: Transactions;

  const add = (db: Kysely<Database>, workspace: string) =>
    db.insertInto("counters").values({ workspace, name: "issue", value: 1 }).execute();
  const seen = async (db: Kysely<Database>) =>
    (await db.selectFrom("counters").select("workspace").orderBy("workspace").execute()).map((row) => row.workspace);

  beforeAll(async () => {
    opened = openPostgres(await freshDatabase());
    await migrate(opened.db, "postgres");
    transactions = transactionsOf(opened.db, simulatedClock(), await prepareTenancy(opened.db));
    for (const workspace of ["mine", "theirs"]) await transactions.in(workspace, (db) => add(db, workspace));
  });
  afterAll(() => opened.close());

  test("a transaction sees the rows of its workspace", async () => {
    expect(await transactions.in("mine", seen)).toEqual(["mine"]);
  });

  test("a transaction cannot write into another workspace", async () => {
    const added = transactions.in("mine", (db) => add(db, "theirs too"));
    await expect(added).rejects.toThrow(/violates row-level security policy/);
  });

  test("a transaction cannot change or remove rows of another workspace", async () => {
    await transactions.in("mine", (db) => db.updateTable("counters").set({ value: 99 }).execute());
    await transactions.in("mine", (db) => db.deleteFrom("counters").where("workspace", "=", "theirs").execute());
    const theirs = await transactions.in("theirs", (db) => db.selectFrom("counters").select("value").execute());
    expect(theirs).toEqual([{ value: 1 }]);
  });

  test("the directory sees all of them", async () => {
    expect(await transactions.overAll(seen)).toEqual(["mine", "theirs"]);
  });

  test("the binding ends with its transaction, on a pooled connection too", async () => {
    await Promise.all(Array.from({ length: 20 }, () => transactions.in("mine", seen)));
    const { rows } = await sql<{ setting: string | null; role: string }>`
      select current_setting('holdfast.workspace', true) as setting, current_user as role`.execute(opened.db);
    expect(rows[0]?.setting ?? "").toBe("");
    expect(rows[0]?.role).not.toBe("holdfast_tenant");
  });

  test("every table with a workspace is held by a policy, even for its owner", async () => {
    const { rows } = await sql<{ name: string }>`
      select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace'
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
        and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy where polrelid = c.oid))
      `.execute(opened.db);
    // Plans belong to the installation: their repository shows a workspace its own.
    expect(rows.map(({ name }) => name)).toEqual(["plans"]);
  });
}

postgres.describe("row-level security", ({ freshDatabase }) => {
  describe("for the owner of the tables", () => {
    rowLevelSecurity(freshDatabase);

    test("without a workspace there are no rows", async () => {
      const opened = openPostgres(await freshDatabase());
      await migrate(opened.db, "postgres");
      await transactionsOf(opened.db, simulatedClock(), await prepareTenancy(opened.db)).in("mine", (db) =>
        db.insertInto("counters").values({ workspace: "mine", name: "issue", value: 1 }).execute(),
      );
      expect(await opened.db.selectFrom("counters").selectAll().execute()).toEqual([]);
      await opened.close();
    });
  });

  describe("for a superuser, whom policies do not hold", () => {
    let server: Awaited<ReturnType<typeof startPostgres>>;
    let made = 0;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());

    async function freshDatabaseOfSuperuser(): Promise<string> {
      const name = `superuser_${++made}`;
      const opened = openPostgres(server.url);
      await sql`create database ${sql.id(name)}`.execute(opened.db);
      await opened.close();
      return Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
    }

    describe("the database alone", () => rowLevelSecurity(freshDatabaseOfSuperuser));
    describe("with the repositories", () => tenancySuite(freshDatabaseOfSuperuser));

    test("a workspace's transaction cannot read what signs people in", async () => {
      const opened = openPostgres(await freshDatabaseOfSuperuser());
      await migrate(opened.db, "postgres");
      const transactions = transactionsOf(opened.db, simulatedClock(), await prepareTenancy(opened.db));
      const asked = transactions.in("mine", (db) => db.selectFrom("sessions").select("token").execute());
      await expect(asked).rejects.toThrow(/permission denied/);
      await opened.close();
    });
  });
});
