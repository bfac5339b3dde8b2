// What was done to traffic, and the weights that still hold a subject away from its settings.
import type { Action } from "@holdfast/contract";
import type { ActionRepository } from "@holdfast/incidents";
import type { Selectable } from "kysely";
import type { Database, Scope } from "../database.ts";
import { mustHaveChanged } from "./found.ts";
import { cutPage, olderThan, rowsWanted } from "./page.ts";

type Row = Selectable<Database["actions"]>;

export function actionRepository(scope: Scope): ActionRepository {
  const { db, workspace } = scope;
  const all = () => db.selectFrom("actions").selectAll().where("workspace", "=", workspace);
  const newestFirst = () => all().orderBy("at", "desc").orderBy("id", "desc");
  const one = (id: string) => db.updateTable("actions").where("workspace", "=", workspace).where("id", "=", id);

  return {
    add: async (action) => void (await db.insertInto("actions").values(rowOf(action, workspace)).execute()),
    find: async (id) => {
      const row = await all().where("id", "=", id).executeTakeFirst();
      return row && actionOf(row);
    },
    carriedOut: async (id, plan) => mustHaveChanged(await one(id).set({ plan }).executeTakeFirst(), "action"),
    withdraw: async (id) =>
      void (await db.deleteFrom("actions").where("workspace", "=", workspace).where("id", "=", id).execute()),
    markUndone: async (id, by) => mustHaveChanged(await one(id).set({ undone_by: by }).executeTakeFirst(), "action"),
    list: async (page) => {
      const rows = await newestFirst()
        .where(olderThan(page, "at", "id"))
        .limit(rowsWanted(page))
        .execute();
      return cutPage(page, rows, (row) => row, actionOf);
    },
    between: async (from, until) => {
      const within = newestFirst().where("at", ">=", from).where("at", "<=", until);
      return (await within.execute()).map(actionOf);
    },
    ofIssue: async (issue_id) => {
      const rows = await all().where("issue_id", "=", issue_id).orderBy("at").orderBy("id").execute();
      return rows.map(actionOf);
    },
    ...overridesOf(scope),
  };
}

function overridesOf({ db, workspace }: Scope): Pick<ActionRepository, "overrides" | "saveOverride"> {
  return {
    overrides: async () => {
      const all = db.selectFrom("overrides").select(["subject", "weights", "action_id"]);
      const rows = await all.where("workspace", "=", workspace).orderBy("subject").execute();
      return rows.map((row) => ({ ...row, weights: JSON.parse(row.weights) }));
    },
    saveOverride: async (subject, weights, action_id) => {
      if (weights === undefined) {
        const own = db.deleteFrom("overrides").where("workspace", "=", workspace);
        await own.where("subject", "=", subject).execute();
        return;
      }
      const held = { weights: JSON.stringify(weights), action_id };
      await db
        .insertInto("overrides")
        .values({ workspace, subject, ...held })
        .onConflict((present) => present.columns(["workspace", "subject"]).doUpdateSet(held))
        .execute();
    },
  };
}

function rowOf(action: Action, workspace: string): Row {
  const { before, after, actor, ...rest } = action;
  const [before_json, after_json] = [JSON.stringify(before), JSON.stringify(after)];
  return { ...rest, workspace, before: before_json, after: after_json, actor: JSON.stringify(actor) };
}

function actionOf({ workspace: _, before, after, actor, ...rest }: Row): Action {
  return { ...rest, before: JSON.parse(before), after: JSON.parse(after), actor: JSON.parse(actor) };
}
