// Feedback and its history.
import type { Feedback } from "@holdfast/contract";
import type { FeedbackRepository, FeedbackRow } from "@holdfast/feedback";
import type { Selectable } from "kysely";
import type { Database, Scope } from "../database.ts";
import { mustHaveChanged } from "./found.ts";
import { cutPage, olderThan, rowsWanted } from "./page.ts";

type Row = Selectable<Database["feedback"]>;

export function feedbackRepository({ db, workspace }: Scope): FeedbackRepository {
  const all = () => db.selectFrom("feedback").selectAll().where("workspace", "=", workspace);
  const newestFirst = () => all().orderBy("created_at", "desc").orderBy("id", "desc");
  const one = (id: string) => db.updateTable("feedback").where("workspace", "=", workspace).where("id", "=", id);

  return {
    add: async (feedback) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("feedback")
        .values({ ...feedback, workspace, calls: JSON.stringify(feedback.calls) })
        .onConflict((conflict) => conflict.columns(["workspace", "site", "idempotency_key"]).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    find: async (id) => storedOf(await all().where("id", "=", id).executeTakeFirst()),
    findByKey: async (site, key) =>
      storedOf(await all().where("site", "=", site).where("idempotency_key", "=", key).executeTakeFirst()),
    list: async (query, page) => {
      let rows = newestFirst()
        .where(olderThan(page, "created_at", "id"))
        .limit(rowsWanted(page));
      if (query.state !== "all") rows = rows.where("issue_id", query.state === "new" ? "is" : "is not", null);
      if (query.channel !== undefined) rows = rows.where("channel", "=", query.channel);
      if (query.issue !== undefined) rows = rows.where("issue_id", "=", query.issue);
      return cutPage(page, await rows.execute(), (row) => ({ at: row.created_at, id: row.id }), feedbackOf);
    },
    between: async (from, until, most) => {
      const within = newestFirst().where("created_at", ">=", from).where("created_at", "<=", until);
      return (await within.limit(most).execute()).map(feedbackOf);
    },
    saveCalls: async (id, calls) =>
      mustHaveChanged(
        await one(id)
          .set({ calls: JSON.stringify(calls) })
          .executeTakeFirst(),
        "feedback",
      ),
    join: async (id, issue_id, joined_because) =>
      mustHaveChanged(await one(id).set({ issue_id, joined_because }).executeTakeFirst(), "feedback"),
    saveStatus: async (id, status, at, note) => {
      mustHaveChanged(await one(id).set({ status }).executeTakeFirst(), "feedback");
      await addToHistory({ db, workspace }, { feedback_id: id, status, at, note });
    },
    history: (id) =>
      db
        .selectFrom("feedback_history")
        .select(["status", "at", "note"])
        .where("workspace", "=", workspace)
        .where("feedback_id", "=", id)
        .orderBy("position")
        .execute(),
    ofIssue: async (issue_id) => (await newestFirst().where("issue_id", "=", issue_id).execute()).map(feedbackOf),
    countNew: async () => {
      const count = db.fn.countAll<number>().as("count");
      const fresh = db.selectFrom("feedback").select(count).where("workspace", "=", workspace);
      return (await fresh.where("issue_id", "is", null).executeTakeFirstOrThrow()).count;
    },
  };
}

type HistoryEntry = Omit<Selectable<Database["feedback_history"]>, "workspace" | "position">;

/** The change of the feedback itself came first and holds its row, so positions cannot be drawn twice. */
async function addToHistory({ db, workspace }: Pick<Scope, "db" | "workspace">, entry: HistoryEntry): Promise<void> {
  const { last } = await db
    .selectFrom("feedback_history")
    .select((of) => of.fn.max("position").as("last"))
    .where("workspace", "=", workspace)
    .where("feedback_id", "=", entry.feedback_id)
    .executeTakeFirstOrThrow();
  await db
    .insertInto("feedback_history")
    .values({ ...entry, workspace, position: (last ?? 0) + 1 })
    .execute();
}

function storedOf(row: Row | undefined): FeedbackRow | undefined {
  if (!row) return undefined;
  const { workspace: _, calls, ...rest } = row;
  return { ...rest, calls: JSON.parse(calls) };
}

/** Without what only the reporter may know. */
function feedbackOf(row: Row): Feedback {
  const { workspace: _, token_hash: __, idempotency_key: ___, calls, ...rest } = row;
  return { ...rest, calls: JSON.parse(calls) };
}
