import { systemClock } from "@holdfast/base";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { part } from "../../../tests/parts/index.ts";
import { migrate } from "../migrations/migrate.ts";
import { transactionsOf } from "../transactions.ts";
import { openPostgres } from "./open.ts";
import { prepareTenancy } from "./tenancy.ts";

const postgres = await part("postgres");

postgres.describe("transactions that collide", ({ freshDatabase }) => {
  test("two that wait for each other both end well: one of them is tried again", async () => {
    const opened = openPostgres(await freshDatabase());
    await migrate(opened.db, "postgres");
    const transactions = transactionsOf(opened.db, systemClock, await prepareTenancy(opened.db));
    const names = ["left", "right"];
    await transactions.in("shop", (db) =>
      db
        .insertInto("counters")
        .values(names.map((name) => ({ workspace: "shop", name, value: 0 })))
        .execute(),
    );
    let tries = 0;
    const countBoth = (order: string[]) =>
      transactions.in("shop", async (db) => {
        tries++;
        for (const name of order) {
          await db.updateTable("counters").set({ value: sql`value + 1` }).where("name", "=", name).execute();
          await systemClock.sleep(200);
        }
      });
    await Promise.all([countBoth(["left", "right"]), countBoth(["right", "left"])]);
    const rows = await transactions.in("shop", (db) => db.selectFrom("counters").select("value").execute());
    expect(rows).toEqual([{ value: 2 }, { value: 2 }]);
    expect(tries).toBeGreaterThan(2);
    await opened.close();
  });
});
