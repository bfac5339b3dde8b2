// Promotions: where traffic is on its way to, and where it goes back to.
import type { Promotion } from "@holdfast/contract";
import type { PromotionRepository } from "@holdfast/incidents";
import type { Selectable } from "kysely";
import type { Database, Scope } from "../database.ts";
import { mustHaveChanged } from "./found.ts";

type Row = Selectable<Database["promotions"]>;

export function promotionRepository({ db, workspace }: Scope): PromotionRepository {
  const all = () => db.selectFrom("promotions").selectAll().where("workspace", "=", workspace);
  return {
    add: async (promotion) => void (await db.insertInto("promotions").values(rowOf(promotion, workspace)).execute()),
    save: async (promotion) => {
      const { id, workspace: _, ...changed } = rowOf(promotion, workspace);
      const one = db.updateTable("promotions").set(changed).where("workspace", "=", workspace).where("id", "=", id);
      mustHaveChanged(await one.executeTakeFirst(), "promotion");
    },
    remove: async (id) =>
      void (await db.deleteFrom("promotions").where("workspace", "=", workspace).where("id", "=", id).execute()),
    newest: async (subject) => {
      const row = await all().where("subject", "=", subject).orderBy("id", "desc").limit(1).executeTakeFirst();
      return row && promotionOf(row);
    },
    open: async () => {
      const rows = await all().where("state", "in", ["running", "paused"]).orderBy("id").execute();
      return rows.map(promotionOf);
    },
    latest: async () => {
      const newest = db.selectFrom("promotions").select((row) => row.fn.max("id").as("id"));
      const of_each = newest.where("workspace", "=", workspace).groupBy("subject");
      return (await all().where("id", "in", of_each).orderBy("subject").execute()).map(promotionOf);
    },
  };
}

function rowOf({ before, steps, by, ...rest }: Promotion, workspace: string): Row {
  const [before_json, steps_json] = [JSON.stringify(before), JSON.stringify(steps)];
  return { ...rest, workspace, before: before_json, steps: steps_json, by: JSON.stringify(by) };
}

function promotionOf({ workspace: _, before, steps, by, ...rest }: Row): Promotion {
  return { ...rest, before: JSON.parse(before), steps: JSON.parse(steps), by: JSON.parse(by) };
}
