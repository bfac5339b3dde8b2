// The contract of IssueRepository.
import { setTimeout as sleep } from "node:timers/promises";
import type { Issue } from "@holdfast/contract";
import { expect, test } from "vitest";
import { feedback, finding, issue, issueEvent } from "./samples.ts";
import { type FreshDatabase, newWorkspace, useWorld, within } from "./world.ts";

export function issuesSuite(freshDatabase: FreshDatabase): void {
  const world = useWorld(freshDatabase);

  test("an issue is found as it was added, and saved as it is changed", async () => {
    const run = within(world(), newWorkspace());
    const added = issue(world().ids());
    await run(({ issues }) => issues.add(added));
    expect(await run(({ issues }) => issues.find(added.id))).toEqual(added);
    const owner = { id: world().ids(), name: "Ada" };
    const changed = issue(added.id, {
      owner,
      status: "declined",
      reason: "as designed",
      resolved_at: 5,
      updated_at: 6,
    });
    await run(({ issues }) => issues.save({ ...changed, voices: 99, findings: 99 }));
    expect(await run(({ issues }) => issues.find(added.id))).toEqual(changed);
  });

  test("an issue that is held changes in one transaction after the other, so that none writes over another", async () => {
    const run = within(world(), newWorkspace());
    const { id } = issue(world().ids());
    await run(({ issues }) => issues.add(issue(id)));
    const both = Promise.withResolvers<void>();
    let begun = 0;
    const change = (changed: Partial<Issue>) =>
      run(async ({ issues }) => {
        // SQLite lets the second begin when the first has ended; PostgreSQL lets both begin.
        if (++begun === 2) both.resolve();
        await Promise.race([both.promise, sleep(100)]);
        const held = await issues.hold(id);
        await sleep(50);
        await issues.save({ ...issue(id), ...held, ...changed });
      });
    await Promise.all([change({ status: "fixing" }), change({ updated_at: 7 })]);
    expect(await run(({ issues }) => issues.find(id))).toMatchObject({ status: "fixing", updated_at: 7 });
    expect(await run(({ issues }) => issues.hold("unheard of"))).toBeUndefined();
  });

  test("voices and findings are counted from their rows", async () => {
    const run = within(world(), newWorkspace());
    const [counted, other] = [issue(world().ids()), issue(world().ids(), { number: 2 })];
    const found = await run(async (ports) => {
      await ports.issues.add(counted);
      await ports.issues.add(other);
      for (let voice = 0; voice < 3; voice++) {
        const { id } = feedback(world().ids());
        await ports.feedback.add(feedback(id));
        await ports.feedback.join(id, counted.id, "same words");
      }
      await ports.findings.add(finding(world().ids(), { issue_id: counted.id }));
      return [await ports.issues.find(counted.id), await ports.issues.find(other.id)];
    });
    expect(found.map((issue) => [issue?.voices, issue?.findings])).toEqual([
      [3, 1],
      [0, 0],
    ]);
  });

  test("numbers count up inside their workspace, also when many are drawn at once", async () => {
    const [here, there] = [within(world(), newWorkspace()), within(world(), newWorkspace())];
    const drawn = await Promise.all(Array.from({ length: 20 }, () => here(({ issues }) => issues.nextNumber())));
    expect(drawn.toSorted((left, right) => left - right)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(await there(({ issues }) => issues.nextNumber())).toBe(1);
  });

  test("a rolled back transaction leaves no gap in the numbers", async () => {
    const run = within(world(), newWorkspace());
    const refused = run(async ({ issues }) => {
      await issues.nextNumber();
      throw new Error("changed my mind");
    });
    await expect(refused).rejects.toThrow("changed my mind");
    expect(await run(({ issues }) => issues.nextNumber())).toBe(1);
  });

  test("the newest open issue of a fingerprint is found, closed ones are not", async () => {
    const run = within(world(), newWorkspace());
    const [older, newer] = [world().ids(), world().ids()];
    await run(async ({ issues }) => {
      await issues.add(issue(older, { created_at: 1 }));
      await issues.add(issue(newer, { number: 2, created_at: 2 }));
      await issues.add(issue(world().ids(), { number: 3, created_at: 3, status: "resolved" }));
      await issues.add(issue(world().ids(), { number: 4, created_at: 4, fingerprint: "another" }));
    });
    const find = async () =>
      (await run(({ issues }) => issues.findOpenByFingerprint("routes.orders upstream_error 500")))?.id;
    expect(await find()).toBe(newer);
    await run(({ issues }) => issues.save(issue(newer, { number: 2, status: "deferred" })));
    expect(await find()).toBe(older);
    expect(await run(({ issues }) => issues.findOpenByFingerprint("unheard of"))).toBeUndefined();
  });

  test("lists narrow by state and owner, and the open ones are counted", async () => {
    const run = within(world(), newWorkspace());
    const owner = { id: world().ids(), name: "Ada" };
    const seen = await run(async ({ issues }) => {
      await issues.add(issue(world().ids(), { number: 1, created_at: 1, owner }));
      await issues.add(issue(world().ids(), { number: 2, created_at: 2, status: "fixing" }));
      await issues.add(issue(world().ids(), { number: 3, created_at: 3, status: "resolved", owner }));
      const numbers = async (query: Parameters<typeof issues.list>[0]) =>
        (await issues.list(query, { limit: 10 })).items.map(({ number }) => number);
      return {
        open: await numbers({ state: "open" }),
        closed: await numbers({ state: "closed" }),
        all: await numbers({ state: "all" }),
        owned: await numbers({ state: "all", owner: owner.id }),
        nobodys: await numbers({ state: "all", owner: "none" }),
        count: await issues.countOpen(),
      };
    });
    expect(seen).toEqual({ open: [2, 1], closed: [3], all: [3, 2, 1], owned: [3, 1], nobodys: [2], count: 2 });
  });

  test("critical issues are those since a time, and open ones of any age", async () => {
    const run = within(world(), newWorkspace());
    const critical = await run(async ({ issues }) => {
      const add = (number: number, varied: Parameters<typeof issue>[1]) =>
        issues.add(issue(world().ids(), { number, severity: 1, created_at: number, ...varied }));
      await add(1, {});
      await add(2, { status: "resolved", resolved_at: 3 });
      await add(5, { status: "resolved", resolved_at: 6 });
      await add(6, { severity: 2 });
      return issues.criticalSince(5);
    });
    expect(critical).toEqual([
      { created_at: 1, resolved_at: null },
      { created_at: 5, resolved_at: 6 },
    ]);
  });

  test("events are kept oldest first", async () => {
    const run = within(world(), newWorkspace());
    const { id } = issue(world().ids());
    const [first, second] = [issueEvent(world().ids(), { at: 1 }), issueEvent(world().ids(), { at: 2, ref: "r" })];
    await run(async ({ issues }) => {
      await issues.add(issue(id));
      await issues.addEvent(id, second);
      await issues.addEvent(id, first);
    });
    expect(await run(({ issues }) => issues.events(id))).toEqual([first, second]);
  });
}
