// Jobs: the outbox that transactions write and the queue that runs them are one table. A taken job is due again when its lease
// ends, so a process that dies in the middle of one costs time and nothing else.
import { type Clock, type IdSource, type Instant, LIMITS } from "@holdfast/base";
import type { Job, JobQueue, Outbox } from "@holdfast/contract";
import type { Kysely, Selectable } from "kysely";
import type { Database, DatabaseType, Scope } from "../database.ts";

export function outbox({ db, workspace }: Scope, clock: Clock, ids: IdSource): Outbox {
  return {
    add: async (job) => {
      const now = clock.now();
      const row = {
        workspace,
        id: ids(),
        kind: job.kind,
        payload: JSON.stringify(job.payload),
        dedupe: job.dedupe ?? null,
        state: "waiting" as const,
        run_at: job.run_at ?? now,
        attempts: 0,
        error: null,
        created_at: now,
        done_at: null,
      };
      await db
        .insertInto("jobs")
        .values(row)
        .onConflict((same) => same.columns(["workspace", "kind", "dedupe"]).doNothing())
        .execute();
    },
  };
}

/** `within` runs one short transaction over all workspaces. */
export function jobQueue(
  within: <T>(work: (db: Kysely<Database>) => Promise<T>) => Promise<T>,
  type: DatabaseType,
  clock: Clock,
): JobQueue {
  return {
    take: (now, lease_ms, most) => within((db) => takeJobs(db, type, { now, lease_ms, most })),
    done: (id) => within((db) => finishJob(db, id, clock.now())),
    failed: (id, error, run_at) =>
      within(async (db) => {
        const next = run_at === undefined ? { state: "given_up" as const, done_at: clock.now() } : { run_at };
        await db
          .updateTable("jobs")
          .set({ error, ...next })
          .where("id", "=", id)
          .where("state", "=", "waiting")
          .execute();
      }),
    counts: () => within(countJobs),
  };
}

type Taking = { now: Instant; lease_ms: number; most: number };

async function takeJobs(db: Kysely<Database>, type: DatabaseType, { now, lease_ms, most }: Taking): Promise<Job[]> {
  const due = db
    .selectFrom("jobs")
    .select("id")
    .where("state", "=", "waiting")
    .where("run_at", "<=", now)
    .orderBy("run_at")
    .orderBy("id")
    .limit(most);
  const rows = await db
    .updateTable("jobs")
    .set((job) => ({ run_at: now + lease_ms, attempts: job("attempts", "+", 1) }))
    // Other nodes step over the rows that we hold, and find their own.
    .where("id", "in", type === "postgres" ? due.forUpdate().skipLocked() : due)
    .returningAll()
    .execute();
  return rows.sort((left, right) => (left.id < right.id ? -1 : 1)).map(jobOf);
}

/** A job with a `dedupe` is remembered for a while, without what it carried; one that was given up as long, with it. */
async function finishJob(db: Kysely<Database>, id: string, now: Instant): Promise<void> {
  await db.deleteFrom("jobs").where("id", "=", id).where("dedupe", "is", null).execute();
  await db
    .updateTable("jobs")
    .set({ state: "done", payload: "{}", error: null, done_at: now })
    .where("id", "=", id)
    .execute();
  const forgotten = now - LIMITS.job_memory_ms;
  await db.deleteFrom("jobs").where("state", "in", ["done", "given_up"]).where("done_at", "<", forgotten).execute();
}

async function countJobs(db: Kysely<Database>): Promise<{ waiting: number; given_up: number }> {
  const count = db.fn.countAll<number>().as("count");
  const rows = await db
    .selectFrom("jobs")
    .select(["state", count])
    .where("state", "!=", "done")
    .groupBy("state")
    .execute();
  const of = (state: string) => rows.find((row) => row.state === state)?.count ?? 0;
  return { waiting: of("waiting"), given_up: of("given_up") };
}

function jobOf(row: Selectable<Database["jobs"]>): Job {
  const { id, workspace, attempts, created_at, kind, payload } = row;
  // The pair of kind and payload was typed when it was written.
  return { id, workspace, attempts, created_at, kind, payload: JSON.parse(payload) } as Job;
}
