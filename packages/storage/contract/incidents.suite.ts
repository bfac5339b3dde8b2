// The contract of FindingRepository and ActionRepository.
import { expect, test } from "vitest";
import { action, finding, issue, promotion } from "./samples.ts";
import { type FreshDatabase, newWorkspace, useWorld, within } from "./world.ts";

const ORDERS = { subject: "routes.orders" };

export function incidentsSuite(freshDatabase: FreshDatabase): void {
  const world = useWorld(freshDatabase);

  test("a finding is found as it was added, its small numbers exact", async () => {
    const run = within(world(), newWorkspace());
    const added = finding(world().ids(), { p_value: 4.9e-300 });
    await run(({ findings }) => findings.add(added));
    expect(await run(({ findings }) => findings.find(added.id))).toEqual(added);
    const bare = finding(world().ids(), { baseline: null, baseline_value: null });
    await run(({ findings }) => findings.add(bare));
    expect(await run(({ findings }) => findings.find(bare.id))).toEqual(bare);
  });

  test("the newest finding of a release is found, if it is new enough", async () => {
    const run = within(world(), newWorkspace());
    const [older, newer] = [finding(world().ids(), { at: 10 }), finding(world().ids(), { at: 20 })];
    await run(async ({ findings }) => {
      await findings.add(newer);
      await findings.add(older);
      await findings.add(finding(world().ids(), { at: 30, release: "v3" }));
    });
    const newest = (from: number) => run(({ findings }) => findings.newest("routes.orders", "v2", from));
    expect((await newest(0))?.id).toBe(newer.id);
    expect((await newest(20))?.id).toBe(newer.id);
    expect(await newest(21)).toBeUndefined();
  });

  test("a finding joins an issue", async () => {
    const run = within(world(), newWorkspace());
    const [of_issue, joined] = [issue(world().ids()), finding(world().ids())];
    const found = await run(async ({ issues, findings }) => {
      await issues.add(of_issue);
      await findings.add(joined);
      await findings.add(finding(world().ids()));
      await findings.join(joined.id, of_issue.id);
      return findings.ofIssue(of_issue.id);
    });
    expect(found).toEqual([{ ...joined, issue_id: of_issue.id }]);
  });

  test("an action is kept, carried out, undone or withdrawn", async () => {
    const run = within(world(), newWorkspace());
    const [kept, withdrawn] = [action(world().ids()), action(world().ids())];
    await run(async ({ actions }) => {
      await actions.add(kept);
      await actions.add(withdrawn);
    });
    expect(await run(({ actions }) => actions.find(kept.id))).toEqual(kept);
    await run(async ({ actions }) => {
      await actions.carriedOut(kept.id, 7);
      await actions.markUndone(kept.id, withdrawn.id);
      await actions.withdraw(withdrawn.id);
    });
    const found = await run(({ actions }) => actions.list({ limit: 10 }));
    expect(found.items).toEqual([{ ...kept, plan: 7, undone_by: withdrawn.id }]);
    await run(({ actions }) => actions.markUndone(kept.id, null));
    expect((await run(({ actions }) => actions.find(kept.id)))?.undone_by).toBeNull();
  });

  test("an action is carried out once, and until then it is unfinished", async () => {
    const run = within(world(), newWorkspace());
    const [older, newer] = [action(world().ids(), { at: 10 }), action(world().ids(), { at: 20 })];
    await run(async ({ actions }) => {
      await actions.add(older);
      await actions.add(newer);
    });
    const unfinished = async (before: number) =>
      (await run(({ actions }) => actions.unfinished(before))).map(({ id }) => id);
    expect(await unfinished(20)).toEqual([older.id]);
    expect(await unfinished(21)).toEqual([older.id, newer.id]);
    const carriedOut = (plan: number) => run(({ actions }) => actions.carriedOut(older.id, plan));
    expect([await carriedOut(7), await carriedOut(8)]).toEqual([true, false]);
    expect((await run(({ actions }) => actions.find(older.id)))?.plan).toBe(7);
    expect(await unfinished(21)).toEqual([newer.id]);
  });

  test("a promotion is kept, moved on and ended; the newest of each subject is found", async () => {
    const run = within(world(), newWorkspace());
    const first = promotion(world().ids(), { state: "done", ended_at: 5 });
    const second = promotion(world().ids());
    const other = promotion(world().ids(), { subject: "models.assistant", state: "paused", paused_at: 7 });
    await run(async ({ promotions }) => {
      for (const one of [first, second, other]) await promotions.add(one);
      await promotions.save({ ...second, step: 1, why: "more" });
    });
    const moved = { ...second, step: 1, why: "more" };
    expect(await run(({ promotions }) => promotions.newest("routes.orders"))).toEqual(moved);
    expect(await run(({ promotions }) => promotions.latest())).toEqual([other, moved]);
    expect(await run(({ promotions }) => promotions.open())).toEqual([moved, other]);
    await run(({ promotions }) => promotions.remove(second.id));
    expect(await run(({ promotions }) => promotions.newest("routes.orders"))).toEqual(first);
    await expect(run(({ promotions }) => promotions.save(second))).rejects.toMatchObject({ code: "not_found" });
  });

  test("actions are read by time and by issue", async () => {
    const run = within(world(), newWorkspace());
    const issue_id = world().ids();
    const read = await run(async ({ actions }) => {
      for (const at of [10, 20, 30])
        await actions.add(action(world().ids(), { at, issue_id: at > 10 ? issue_id : null }));
      const [within_time, of_issue] = [await actions.between(10, 20), await actions.ofIssue(issue_id)];
      return [within_time, of_issue].map((found) => found.map(({ at }) => at));
    });
    expect(read).toEqual([
      [20, 10],
      [20, 30],
    ]);
  });

  test("a subject has one override of its traffic, which ends when it is let go of", async () => {
    const run = within(world(), newWorkspace());
    const save = (weights: Record<string, number>, action_id: string) =>
      run(({ actions }) =>
        actions.saveOverride({ ...ORDERS, holds: "traffic", weights, closed: [action_id], action_id }),
      );
    await save({ v1: 1, v2: 0 }, "first");
    await save({ v1: 0.5, v2: 0.5 }, "second");
    const overrides = () => run(({ actions }) => actions.overrides());
    const second = { holds: "traffic", weights: { v1: 0.5, v2: 0.5 }, closed: ["second"], action_id: "second" };
    expect(await overrides()).toEqual([{ ...ORDERS, ...second }]);
    await run(({ actions }) => actions.endOverride(ORDERS.subject, "traffic"));
    expect(await overrides()).toEqual([]);
  });

  test("a subject's switch is held beside its traffic, and neither ends the other", async () => {
    const run = within(world(), newWorkspace());
    const traffic = { ...ORDERS, holds: "traffic", weights: { v1: 1 }, closed: [], action_id: "moved" } as const;
    const off = { ...ORDERS, holds: "switch", enabled: false, action_id: "off" } as const;
    const on = { ...off, enabled: true, action_id: "on" };
    const overrides = () => run(({ actions }) => actions.overrides());
    await run(({ actions }) => actions.saveOverride(off));
    await run(({ actions }) => actions.saveOverride(traffic));
    expect(await overrides()).toEqual([traffic, off]);
    await run(({ actions }) => actions.saveOverride(on));
    await run(({ actions }) => actions.endOverride(ORDERS.subject, "traffic"));
    expect(await overrides()).toEqual([on]);
    await run(({ actions }) => actions.endOverride(ORDERS.subject, "switch"));
    expect(await overrides()).toEqual([]);
  });

  test.each([
    [true, false],
    [false, true],
    [null, null],
  ])("an action that switched from %s to %s says so", async (enabled_before, enabled) => {
    const run = within(world(), newWorkspace());
    const kept = action(world().ids(), { kind: "switch", enabled_before, enabled });
    await run(({ actions }) => actions.add(kept));
    expect(await run(({ actions }) => actions.find(kept.id))).toEqual(kept);
  });
}
