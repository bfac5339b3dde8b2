// The contract of FeedbackRepository.
import { expect, test } from "vitest";
import { feedback, issue, linkedCall } from "./samples.ts";
import { type FreshDatabase, newWorkspace, useWorld, within } from "./world.ts";

export function feedbackSuite(freshDatabase: FreshDatabase): void {
  const world = useWorld(freshDatabase);

  test("a text with a character that no text has is kept or refused, but never a fault of ours", async () => {
    const run = within(world(), newWorkspace());
    const strange = feedback(world().ids(), { message: "before\u0000after" });
    const outcome = await run((ports) => ports.feedback.add(strange)).catch((error: unknown) => error);
    if (outcome !== true) expect(outcome).toMatchObject({ code: "invalid_input" });
  });

  test("what was added is found as it was, and shown without what only its reporter may know", async () => {
    const run = within(world(), newWorkspace());
    const row = feedback(world().ids(), { calls: [linkedCall("c1")], idempotency_key: "key-0001" });
    expect(await run(({ feedback }) => feedback.add(row))).toBe(true);
    expect(await run(({ feedback }) => feedback.find(row.id))).toEqual(row);
    const { token_hash: _, idempotency_key: __, ...shown } = row;
    const page = await run(({ feedback }) => feedback.list({ state: "all" }, { limit: 10 }));
    expect(page).toEqual({ items: [shown], next: null });
  });

  test("one idempotency key is stored once for its site, and again for another site", async () => {
    const run = within(world(), newWorkspace());
    const send = (site: string) =>
      run(({ feedback: repository }) =>
        repository.add(feedback(world().ids(), { site, idempotency_key: "key-0001", message: site })),
      );
    expect([await send("shop"), await send("shop"), await send("blog")]).toEqual([true, false, true]);
    const found = await run(({ feedback }) => feedback.findByKey("shop", "key-0001"));
    expect(found?.message).toBe("shop");
    expect(await run(({ feedback }) => feedback.findByKey("shop", "key-0002"))).toBeUndefined();
  });

  test("without an idempotency key nothing is taken for the same", async () => {
    const run = within(world(), newWorkspace());
    const add = () => run(({ feedback: repository }) => repository.add(feedback(world().ids())));
    expect([await add(), await add()]).toEqual([true, true]);
  });

  test("lists narrow by state, channel and issue", async () => {
    const run = within(world(), newWorkspace());
    const of_issue = issue(world().ids());
    const fresh = feedback(world().ids(), { message: "fresh", created_at: 2 });
    const linked = feedback(world().ids(), { message: "linked", channel: "hand", site: null, created_at: 1 });
    const listed = await run(async ({ feedback, issues }) => {
      await issues.add(of_issue);
      await feedback.add(fresh);
      await feedback.add(linked);
      await feedback.join(linked.id, of_issue.id, "the same failing call");
      const messages = async (query: Parameters<typeof feedback.list>[0]) =>
        (await feedback.list(query, { limit: 10 })).items.map(({ message }) => message);
      return {
        all: await messages({ state: "all" }),
        fresh: await messages({ state: "new" }),
        linked: await messages({ state: "linked" }),
        by_hand: await messages({ state: "all", channel: "hand" }),
        of_issue: await messages({ state: "all", issue: of_issue.id }),
        of_no_issue: await messages({ state: "all", issue: world().ids() }),
        joined: (await feedback.ofIssue(of_issue.id)).map(({ joined_because }) => joined_because),
        count: await feedback.countNew(),
      };
    });
    expect(listed).toEqual({
      all: ["fresh", "linked"],
      fresh: ["fresh"],
      linked: ["linked"],
      by_hand: ["linked"],
      of_issue: ["linked"],
      of_no_issue: [],
      joined: ["the same failing call"],
      count: 1,
    });
  });

  test("between gives the newest within the time, its ends included", async () => {
    const run = within(world(), newWorkspace());
    const times = await run(async ({ feedback: repository }) => {
      for (const created_at of [10, 20, 30, 40]) await repository.add(feedback(world().ids(), { created_at }));
      const between = async (most: number) =>
        (await repository.between(20, 40, most)).map(({ created_at }) => created_at);
      return [await between(10), await between(2)];
    });
    expect(times).toEqual([
      [40, 30, 20],
      [40, 30],
    ]);
  });

  test("calls and status are saved, and the history keeps its order", async () => {
    const run = within(world(), newWorkspace());
    const row = feedback(world().ids());
    await run(({ feedback }) => feedback.add(row));
    await run(async ({ feedback }) => {
      await feedback.saveCalls(row.id, [linkedCall("c1"), linkedCall("c2")]);
      await feedback.saveStatus(row.id, "received", 10, null);
      await feedback.saveStatus(row.id, "fixing", 10, "we have it");
    });
    const stored = await run(({ feedback }) => feedback.find(row.id));
    expect(stored?.calls.map(({ call_id }) => call_id)).toEqual(["c1", "c2"]);
    expect(stored?.status).toBe("fixing");
    expect(await run(({ feedback }) => feedback.history(row.id))).toEqual([
      { status: "received", at: 10, note: null },
      { status: "fixing", at: 10, note: "we have it" },
    ]);
  });
}
