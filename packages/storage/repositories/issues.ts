// Issues and what happened to them. How many voices and findings an issue has is counted from their rows.
import type { Issue, IssueEvent } from "@holdfast/contract";
import type { IssueRepository } from "@holdfast/feedback";
import type { Selectable } from "kysely";
import type { Database, Scope } from "../database.ts";
import { drawNumber } from "./counters.ts";
import { mustHaveChanged } from "./found.ts";
import { cutPage, olderThan, rowsWanted } from "./page.ts";

type Row = Selectable<Database["issues"]>;

const CLOSED = ["resolved", "deferred", "declined"] as const;

export function issueRepository(scope: Scope): IssueRepository {
  const { db, type, workspace } = scope;
  const newestFirst = () => issuesWithCounts(scope).orderBy("created_at", "desc").orderBy("id", "desc");

  return {
    nextNumber: () => drawNumber(scope, "issue"),
    add: async (issue) => void (await db.insertInto("issues").values(rowOf(issue, workspace)).execute()),
    find: async (id) => {
      const row = await issuesWithCounts(scope).where("issues.id", "=", id).executeTakeFirst();
      return row && issueOf(row);
    },
    hold: async (id) => {
      const one = issuesWithCounts(scope).where("issues.id", "=", id);
      // SQLite has one transaction at a time and needs no row locks.
      const row = await (type === "postgres" ? one.forUpdate("issues") : one).executeTakeFirst();
      return row && issueOf(row);
    },
    findOpenByFingerprint: async (fingerprint) => {
      const open = newestFirst().where("fingerprint", "=", fingerprint).where("status", "not in", CLOSED);
      const row = await open.limit(1).executeTakeFirst();
      return row && issueOf(row);
    },
    list: async (query, page) => {
      let rows = newestFirst()
        .where(olderThan(page, "created_at", "issues.id"))
        .limit(rowsWanted(page));
      if (query.state !== "all") rows = rows.where("status", query.state === "open" ? "not in" : "in", CLOSED);
      if (query.owner === "none") rows = rows.where("owner_id", "is", null);
      else if (query.owner !== undefined) rows = rows.where("owner_id", "=", query.owner);
      return cutPage(page, await rows.execute(), (row) => ({ at: row.created_at, id: row.id }), issueOf);
    },
    save: async (issue) => {
      const { id, workspace: _, ...changed } = rowOf(issue, workspace);
      const saved = db.updateTable("issues").set(changed).where("workspace", "=", workspace).where("id", "=", id);
      mustHaveChanged(await saved.executeTakeFirst(), "issue");
    },
    ...eventsOf(scope),
    countOpen: async () => {
      const count = db.fn.countAll<number>().as("count");
      const open = db.selectFrom("issues").select(count).where("workspace", "=", workspace);
      return (await open.where("status", "not in", CLOSED).executeTakeFirstOrThrow()).count;
    },
    criticalSince: (from) =>
      db
        .selectFrom("issues")
        .select(["created_at", "resolved_at"])
        .where("workspace", "=", workspace)
        .where("severity", "=", 1)
        .where((row) => row.or([row("created_at", ">=", from), row("status", "not in", CLOSED)]))
        .orderBy("created_at")
        .execute(),
  };
}

function eventsOf({ db, workspace }: Scope): Pick<IssueRepository, "addEvent" | "events"> {
  return {
    addEvent: async (issue_id, event) => {
      const row = { ...event, workspace, issue_id, actor: JSON.stringify(event.actor) };
      await db.insertInto("issue_events").values(row).execute();
    },
    events: async (issue_id) => {
      const events = db.selectFrom("issue_events").select(["id", "at", "kind", "actor", "text", "ref"]);
      const own = events.where("workspace", "=", workspace).where("issue_id", "=", issue_id);
      const rows = await own.orderBy("at").orderBy("id").execute();
      return rows.map((row): IssueEvent => ({ ...row, actor: JSON.parse(row.actor) }));
    },
  };
}

function issuesWithCounts({ db, workspace }: Scope) {
  return db
    .selectFrom("issues")
    .selectAll("issues")
    .select((issue) => [
      issue
        .selectFrom("feedback")
        .select(issue.fn.countAll<number>().as("count"))
        .where("feedback.workspace", "=", workspace)
        .whereRef("feedback.issue_id", "=", "issues.id")
        .as("voices"),
      issue
        .selectFrom("findings")
        .select(issue.fn.countAll<number>().as("count"))
        .where("findings.workspace", "=", workspace)
        .whereRef("findings.issue_id", "=", "issues.id")
        .as("findings"),
    ])
    .where("issues.workspace", "=", workspace);
}

function rowOf(issue: Issue, workspace: string): Row {
  const { owner, voices: _, findings: __, ...rest } = issue;
  return { ...rest, workspace, owner_id: owner?.id ?? null, owner_name: owner?.name ?? null };
}

/** An owner keeps the name they had when they were named: the history stays readable when people leave. */
function issueOf(row: Row & { voices: number | null; findings: number | null }): Issue {
  const { workspace: _, owner_id, owner_name, voices, findings, ...rest } = row;
  const owner = owner_id === null ? null : { id: owner_id, name: owner_name ?? "" };
  return { ...rest, owner, voices: voices ?? 0, findings: findings ?? 0 };
}
