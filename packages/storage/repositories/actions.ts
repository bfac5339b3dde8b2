// What was done to traffic and switches, and what of it still holds a subject away from its settings.
import type { Action } from "@holdfast/contract";
import type { ActionRepository, Override, SwitchHold, TrafficHold } from "@holdfast/incidents";
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

function overridesOf(scope: Scope): Pick<ActionRepository, "overrides" | "saveOverride" | "endOverride"> {
  const { db, workspace } = scope;
  return {
    overrides: async () => [...(await heldTraffic(scope)), ...(await heldSwitches(scope))],
    saveOverride: (override) =>
      override.holds === "traffic" ? holdTraffic(scope, override) : holdSwitch(scope, override),
    endOverride: async (subject, holds) => {
      const own = db.deleteFrom(holds === "traffic" ? "overrides" : "switches").where("workspace", "=", workspace);
      await own.where("subject", "=", subject).execute();
    },
  };
}

async function heldTraffic({ db, workspace }: Scope): Promise<Override[]> {
  const all = db.selectFrom("overrides").select(["subject", "weights", "closed", "action_id"]);
  const rows = await all.where("workspace", "=", workspace).orderBy("subject").execute();
  return rows.map((row) => ({
    ...row,
    holds: "traffic",
    weights: JSON.parse(row.weights),
    closed: JSON.parse(row.closed),
  }));
}

async function heldSwitches({ db, workspace }: Scope): Promise<Override[]> {
  const all = db.selectFrom("switches").select(["subject", "enabled", "action_id"]);
  const rows = await all.where("workspace", "=", workspace).orderBy("subject").execute();
  return rows.map((row) => ({ ...row, holds: "switch", enabled: row.enabled === 1 }));
}

async function holdTraffic({ db, workspace }: Scope, override: Extract<Override, TrafficHold>): Promise<void> {
  const { subject, weights, closed, action_id } = override;
  const held = { weights: JSON.stringify(weights), closed: JSON.stringify(closed), action_id };
  await db
    .insertInto("overrides")
    .values({ workspace, subject, ...held })
    .onConflict((present) => present.columns(["workspace", "subject"]).doUpdateSet(held))
    .execute();
}

async function holdSwitch({ db, workspace }: Scope, override: Extract<Override, SwitchHold>): Promise<void> {
  const { subject, enabled, action_id } = override;
  const held = { enabled: Number(enabled), action_id };
  await db
    .insertInto("switches")
    .values({ workspace, subject, ...held })
    .onConflict((present) => present.columns(["workspace", "subject"]).doUpdateSet(held))
    .execute();
}

function rowOf(action: Action, workspace: string): Row {
  const { enabled_before, enabled } = action;
  return {
    ...action,
    workspace,
    before: JSON.stringify(action.before),
    after: JSON.stringify(action.after),
    closed_before: JSON.stringify(action.closed_before),
    closed: JSON.stringify(action.closed),
    enabled_before: enabled_before === null ? null : Number(enabled_before),
    enabled: enabled === null ? null : Number(enabled),
    actor: JSON.stringify(action.actor),
  };
}

function actionOf({ workspace: _, ...row }: Row): Action {
  const { enabled_before, enabled } = row;
  return {
    ...row,
    before: JSON.parse(row.before),
    after: JSON.parse(row.after),
    closed_before: JSON.parse(row.closed_before),
    closed: JSON.parse(row.closed),
    enabled_before: enabled_before === null ? null : enabled_before === 1,
    enabled: enabled === null ? null : enabled === 1,
    actor: JSON.parse(row.actor),
  };
}
