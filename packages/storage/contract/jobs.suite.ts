// The contract of Outbox and JobQueue.
import { LIMITS } from "@holdfast/base";
import type { NewJob } from "@holdfast/contract";
import type { AuthDatabase } from "@holdfast/identity";
import { sql } from "kysely";
import { beforeEach, expect, test } from "vitest";
import { type FreshDatabase, newWorkspace, useWorld, within } from "./world.ts";

const HOUR_MS = 3_600_000;

export function jobsSuite(freshDatabase: FreshDatabase): void {
  const world = useWorld(freshDatabase);
  const now = () => world().clock.now();
  const take = (most = 10) => world().store.jobs.take(now(), 60_000, most);
  const add = (job: NewJob, workspace = newWorkspace()) => within(world(), workspace)(({ outbox }) => outbox.add(job));
  const link = (feedback_id: string): NewJob => ({ kind: "feedback.link", payload: { feedback_id } });

  // The queue is shared by all workspaces: each test begins with an empty one.
  beforeEach(async () => {
    await world().clock.advance(HOUR_MS);
    for (const { id } of await take(1_000)) await world().store.jobs.done(id);
  });

  test("a job comes out as it went in, with its workspace", async () => {
    const workspace = newWorkspace();
    await add(link("f1"), workspace);
    const [job, ...others] = await take();
    expect(others).toEqual([]);
    expect(job).toEqual({
      id: job?.id,
      workspace,
      attempts: 1,
      created_at: now(),
      kind: "feedback.link",
      payload: { feedback_id: "f1" },
    });
  });

  test("a job is written with its transaction or not at all", async () => {
    const refused = within(
      world(),
      newWorkspace(),
    )(async ({ outbox }) => {
      await outbox.add(link("f1"));
      throw new Error("changed my mind");
    });
    await expect(refused).rejects.toThrow("changed my mind");
    expect(await take()).toEqual([]);
  });

  test("a job waits for its time", async () => {
    await add({ ...link("f1"), run_at: now() + 5_000 });
    expect(await take()).toEqual([]);
    await world().clock.advance(5_000);
    expect(await take()).toHaveLength(1);
  });

  test("a taken job is not taken again before its lease ends, and then once more", async () => {
    await add(link("f1"));
    expect(await take()).toHaveLength(1);
    await world().clock.advance(59_999);
    expect(await take()).toEqual([]);
    await world().clock.advance(1);
    expect((await take()).map(({ attempts }) => attempts)).toEqual([2]);
  });

  test("many takers at once each get jobs of their own", async () => {
    for (let index = 0; index < 30; index++) await add(link(`f${index}`));
    const taken = await Promise.all(Array.from({ length: 10 }, () => take(3)));
    const ids = taken.flat().map(({ id }) => id);
    const left = await take(100);
    expect(new Set([...ids, ...left.map(({ id }) => id)]).size).toBe(30);
    expect(ids.length + left.length).toBe(30);
  });

  test("the oldest due jobs come first, at most as many as asked for", async () => {
    for (const feedback_id of ["f1", "f2", "f3"]) await add(link(feedback_id));
    const first = await take(2);
    expect(first.map(({ payload }) => payload)).toEqual([{ feedback_id: "f1" }, { feedback_id: "f2" }]);
    expect((await take(2)).map(({ payload }) => payload)).toEqual([{ feedback_id: "f3" }]);
  });

  test("a second job with the same dedupe is the first, also after it was done, until it is forgotten", async () => {
    const workspace = newWorkspace();
    const once: NewJob = { ...link("f1"), dedupe: "only one" };
    await add(once, workspace);
    await add(once, workspace);
    await add(once);
    const taken = await take();
    expect(taken).toHaveLength(2);
    for (const { id } of taken) await world().store.jobs.done(id);
    await add(once, workspace);
    expect(await take()).toEqual([]);
    await world().clock.advance(LIMITS.job_memory_ms + 1);
    await add(link("another"));
    for (const { id } of await take()) await world().store.jobs.done(id);
    await add(once, workspace);
    expect(await take()).toHaveLength(1);
  });

  test("a failed job runs again at its time, one that is given up stays with its error", async () => {
    const { jobs, auth } = world().store;
    const before = await jobs.counts();
    await add(link("f1"));
    const [job] = await take();
    await jobs.failed(job?.id ?? "", "mail server is away", now() + 1_000);
    expect(await take()).toEqual([]);
    expect(await jobs.counts()).toEqual({ waiting: before.waiting + 1, given_up: before.given_up });
    await world().clock.advance(1_000);
    expect((await take()).map(({ id }) => id)).toEqual([job?.id]);
    await jobs.failed(job?.id ?? "", "mail server refuses", undefined);
    await world().clock.advance(HOUR_MS);
    expect(await take()).toEqual([]);
    expect(await jobs.counts()).toEqual({ waiting: before.waiting, given_up: before.given_up + 1 });
    expect(await storedError(auth, job?.id ?? "")).toBe("mail server refuses");
  });

  test("a job that was given up is forgotten in the end, with the address it carried", async () => {
    const { jobs, auth } = world().store;
    await add(link("f1"));
    const [job] = await take();
    await jobs.failed(job?.id ?? "", "mail server refuses", undefined);
    await world().clock.advance(LIMITS.job_memory_ms + 1);
    await add(link("another"));
    for (const { id } of await take()) await jobs.done(id);
    expect(await storedError(auth, job?.id ?? "")).toBeUndefined();
  });
}

/** Looks past the ports: there is no page yet that shows jobs which were given up. */
async function storedError({ db, type }: AuthDatabase, id: string): Promise<string | undefined> {
  return await db.transaction().execute(async (transaction) => {
    if (type === "postgres") await sql`select set_config('holdfast.workspace', '*', true)`.execute(transaction);
    const { rows } = await sql<{ error: string }>`select error from jobs where id = ${id}`.execute(transaction);
    return rows[0]?.error;
  });
}
