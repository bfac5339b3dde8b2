// What was done to traffic, and the weights that still hold a subject away from its settings.
import type { Action } from "@holdfast/contract";
import type { ActionRepository } from "@holdfast/incidents";
import type { Selectable } from "kysely";
import type { Database, Scope } from "../database.ts";
import { mustHaveChanged } from "./found.ts";
import { holdName } from "./locks.ts";
import { cutPage, olderThan, rowsWanted } from "./page.ts";

type Row = Selectable<Database["actions"]>;

export function actionRepository(scope: Scope): ActionRepository {
  const { db, workspace } = scope;
  const one = (id: string) => db.updateTable("actions").where("workspace", "=", workspace).where("id", "=", id);

  return {
    hold: (subject) => holdName(scope, `traffic/${subject}`),
    add: async (action) => void (await db.insertInto("actions").values(rowOf(action, workspace)).execute()),
    find: async (id) => {
      const own = db.selectFrom("actions").selectAll().where("workspace", "=", workspace);
      const row = await own.where("id", "=", id).executeTakeFirst();
      return row && actionOf(row);
    },
    carriedOut: async (id, plan) => {
      const { numUpdatedRows } = await one(id).where("plan", "=", 0).set({ plan }).executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    withdraw: async (id) =>
      void (await db.deleteFrom("actions").where("workspace", "=", workspace).where("id", "=", id).execute()),
    markUndone: async (id, by) => mustHaveChanged(await one(id).set({ undone_by: by }).executeTakeFirst(), "action"),
    ...listsOf(scope),
    ...overridesOf(scope),
  };
}

function listsOf({ db, workspace }: Scope): Pick<ActionRepository, "unfinished" | "list" | "between" | "ofIssue"> {
  const all = () => db.selectFrom("actions").selectAll().where("workspace", "=", workspace);
  const newestFirst = () => all().orderBy("at", "desc").orderBy("id", "desc");
  return {
    unfinished: async (before) => {
      const rows = await all().where("plan", "=", 0).where("at", "<", before).orderBy("id").execute();
      return rows.map(actionOf);
    },
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
  };
}

function overridesOf({ db, workspace }: Scope): Pick<ActionRepository, "overrides" | "saveOverride"> {
  return {
    overrides: async () => {
      const all = db.selectFrom("overrides").select(["subject", "weights", "closed", "action_id"]);
      const rows = await all.where("workspace", "=", workspace).orderBy("subject").execute();
      return rows.map((row) => ({ ...row, weights: JSON.parse(row.weights), closed: JSON.parse(row.closed) }));
    },
    saveOverride: async (subject, traffic, action_id) => {
      if (traffic === undefined) {
        const own = db.deleteFrom("overrides").where("workspace", "=", workspace);
        await own.where("subject", "=", subject).execute();
        return;
      }
      const { weights, closed } = traffic;
      const held = { weights: JSON.stringify(weights), closed: JSON.stringify(closed), action_id };
      await db
        .insertInto("overrides")
        .values({ workspace, subject, ...held })
        .onConflict((present) => present.columns(["workspace", "subject"]).doUpdateSet(held))
        .execute();
    },
  };
}

function rowOf(action: Action, workspace: string): Row {
  return {
    ...action,
    workspace,
    before: JSON.stringify(action.before),
    after: JSON.stringify(action.after),
    closed_before: JSON.stringify(action.closed_before),
    closed: JSON.stringify(action.closed),
    actor: JSON.stringify(action.actor),
  };
}

function actionOf({ workspace: _, ...row }: Row): Action {
  return {
    ...row,
    before: JSON.parse(row.before),
    after: JSON.parse(row.after),
    closed_before: JSON.parse(row.closed_before),
    closed: JSON.parse(row.closed),
    actor: JSON.parse(row.actor),
  };
}
