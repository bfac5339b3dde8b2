// The contract of `transact`: all or nothing, one after the other, and never one inside another.
import { expect, test } from "vitest";
import { openStore } from "../open-store.ts";
import { auditEntry, issue } from "./samples.ts";
import { type FreshDatabase, newWorkspace, openWorld, useWorld, within } from "./world.ts";

export function transactionsSuite(freshDatabase: FreshDatabase): void {
  const world = useWorld(freshDatabase);

  test("what is written before a rejection is gone, over all repositories", async () => {
    const run = within(world(), newWorkspace());
    const { id } = issue(world().ids());
    const refused = run(async ({ issues, audit, outbox }) => {
      await issues.add(issue(id));
      await audit.add(auditEntry(world().ids()));
      await outbox.add({ kind: "feedback.link", payload: { feedback_id: id } });
      throw new Error("changed my mind");
    });
    await expect(refused).rejects.toThrow("changed my mind");
    expect(await run(({ issues }) => issues.find(id))).toBeUndefined();
    expect((await run(({ audit }) => audit.list({ limit: 1 }))).items).toEqual([]);
    expect((await world().store.jobs.counts()).waiting).toBe(0);
  });

  test("a conflict inside rolls back what came before it", async () => {
    const run = within(world(), newWorkspace());
    const { id } = issue(world().ids());
    const refused = run(async ({ issues }) => {
      await issues.add(issue(id));
      await issues.add(issue(world().ids()));
    });
    await expect(refused).rejects.toMatchObject({ code: "conflict" });
    expect(await run(({ issues }) => issues.find(id))).toBeUndefined();
  });

  test("the answer of the work is the answer of the transaction", async () => {
    expect(await within(world(), newWorkspace())(async () => 42)).toBe(42);
  });

  test("a transaction inside a transaction is refused instead of waiting for itself", async () => {
    const nested = within(world(), newWorkspace())(() => within(world(), newWorkspace())(async () => 1));
    await expect(nested).rejects.toThrow("a transaction inside a transaction");
  });

  test("work that a transaction started may have one of its own when it has ended", async () => {
    let later: Promise<number> | undefined;
    let begin = () => undefined as unknown;
    await within(
      world(),
      newWorkspace(),
    )(async () => {
      later = new Promise<void>((resolve) => {
        begin = resolve;
      }).then(() => within(world(), newWorkspace())(({ issues }) => issues.nextNumber()));
    });
    begin();
    expect(await later).toBe(1);
  });

  test("a store that is opened again has its rows, and its schema is not made twice", async () => {
    const url = await freshDatabase();
    const first = await openWorld(url);
    await first.store.transact("shop", ({ issues }) => issues.add(issue("i1")));
    await first.store.close();
    const second = await openStore({ url, clock: first.clock, ids: first.ids });
    const found = await second.transact("shop", ({ issues }) => issues.find("i1"));
    await second.close();
    expect(found?.title).toBe("Orders fail");
  });

  test("a store says whether its database answers", async () => {
    const { store } = await openWorld(await freshDatabase());
    await store.ping();
    await store.close();
    await expect(store.ping()).rejects.toThrow();
  });
}
