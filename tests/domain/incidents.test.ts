import { Problem } from "@holdfast/base";
import { describe, expect, test } from "vitest";
import { ACME, LENA, seenNow, startWorld, type World } from "./world.ts";

const MINUTE = 60_000;
const ORDERS = "routes.orders";
const back = { roll_back_to: "v1", why: "v2 is slow" };

async function auditOf({ store }: World): Promise<string[]> {
  const { items } = await store.transact(ACME, ({ audit }) => audit.list({ limit: 50 }));
  return items.map(({ what }) => what).filter((what) => what.startsWith("traffic"));
}

describe("observing", () => {
  test("a release that goes on failing is one finding and one rollback", async () => {
    const world = await startWorld();
    const { incidents, clock } = world;
    const first = await incidents.observe(ACME, seenNow(clock));
    await clock.advance(5_000);
    const second = await incidents.observe(ACME, seenNow(clock));
    expect(second.finding.id).toBe(first.finding.id);
    expect(second).toMatchObject({ because: "orders@v2 gets no traffic already." });
    expect((await incidents.findings(ACME, { limit: 10 })).items).toHaveLength(1);
    expect(await incidents.actionsOfIssue(ACME, first.finding.issue_id as string)).toMatchObject([
      { id: first.action?.id, finding_id: first.finding.id, plan: 2 },
    ]);
    expect((await incidents.holding(ACME)).traffic.get(ORDERS)).toMatchObject({ id: first.action?.id });
  });

  test("what an earlier look could not finish, the next one finishes", async () => {
    const world = await startWorld();
    const { incidents, clock, plan } = world;
    plan.fails_with = new Problem("settings_invalid", { detail: "the plan does not compile" });
    await expect(incidents.observe(ACME, seenNow(clock))).rejects.toThrow("does not compile");
    plan.fails_with = undefined;
    await clock.advance(5_000);
    const { action } = await incidents.observe(ACME, seenNow(clock));
    expect(action).toMatchObject({ after: { v1: 1, v2: 0 } });
    expect((await incidents.findings(ACME, { limit: 10 })).items).toHaveLength(1);
    expect(await auditOf(world)).toEqual(["traffic.shift"]);
  });

  test("after a person took a rollback back, the product keeps its hands off", async () => {
    const { incidents, clock } = await startWorld();
    const { action } = await incidents.observe(ACME, seenNow(clock));
    await clock.advance(MINUTE);
    await incidents.undo(ACME, action?.id as string, LENA);
    for (let minute = 0; minute < 29; minute++) {
      await clock.advance(MINUTE);
      expect(await incidents.observe(ACME, seenNow(clock))).toMatchObject({
        because: expect.stringMatching(/^Lena set the split/),
      });
    }
    await clock.advance(2 * MINUTE);
    expect((await incidents.observe(ACME, seenNow(clock))).action).toMatchObject({ after: { v1: 1, v2: 0 } });
    expect((await incidents.findings(ACME, { limit: 10 })).items).toHaveLength(3);
  });
});

test("its own hand does not stop the product: a second bad release goes too", async () => {
  const { incidents, clock, plan } = await startWorld();
  plan.declared[ORDERS] = { v1: 0.8, v2: 0.1, v3: 0.1 };
  expect((await incidents.observe(ACME, seenNow(clock))).action?.after).toEqual({ v1: 0.9, v2: 0, v3: 0.1 });
  await clock.advance(MINUTE);
  const second = await incidents.observe(ACME, seenNow(clock, { release: "v3" }));
  expect(second.action).toMatchObject({ after: { v1: 1, v2: 0, v3: 0 } });
});

describe("shifting by hand", () => {
  test("is on record with who, why and the plan that carried it out", async () => {
    const world = await startWorld();
    const { incidents, issues } = world;
    const issue = await issues.create(ACME, { title: "Slow", severity: 2, feedback: [] }, LENA);
    const action = await incidents.shift(ACME, ORDERS, { ...back, issue_id: issue.id }, LENA);
    expect(action).toMatchObject({
      kind: "shift_traffic",
      before: { v1: 0.9, v2: 0.1 },
      after: { v1: 1, v2: 0 },
      actor: LENA,
      why: "v2 is slow",
      plan: 2,
    });
    expect(await incidents.action(ACME, action.id)).toEqual(action);
    expect((await issues.events(ACME, issue.id)).at(-1)).toMatchObject({
      kind: "change",
      text: "orders: v1 90 % → 100 %, v2 10 % → 0 %. v2 is slow",
      ref: action.id,
    });
    expect(await auditOf(world)).toEqual(["traffic.shift"]);
  });

  test.each([
    ["an unknown route", "routes.none", back, { code: "not_found" }],
    ["an unknown release", ORDERS, { roll_back_to: "v9", why: "x" }, { code: "invalid_input" }],
    ["shares that do not add up", ORDERS, { weights: { v1: 0.5 }, why: "x" }, { code: "invalid_input" }],
    ["an unknown issue", ORDERS, { ...back, issue_id: "none" }, { code: "invalid_input" }],
    ["what is so already", ORDERS, { weights: { v1: 0.9, v2: 0.1 }, why: "x" }, { code: "conflict" }],
  ])("refuses %s and leaves nothing behind", async (_, subject, input, problem) => {
    const { incidents, plan } = await startWorld();
    await expect(incidents.shift(ACME, subject, input, LENA)).rejects.toMatchObject(problem);
    expect((await incidents.actions(ACME, { limit: 10 })).items).toEqual([]);
    expect((await incidents.holding(ACME)).traffic).toEqual(new Map());
    expect(plan.number).toBe(1);
  });

  test("is put back when no plan can carry it out, and says why", async () => {
    const world = await startWorld();
    const { incidents, plan, store } = world;
    const kept = await incidents.shift(ACME, ORDERS, { weights: { v1: 0.5, v2: 0.5 }, why: "half" }, LENA);
    plan.fails_with = new Problem("settings_invalid", { detail: "the settings file is broken" });
    await expect(incidents.shift(ACME, ORDERS, back, LENA)).rejects.toThrow("the settings file is broken");
    expect((await incidents.actions(ACME, { limit: 10 })).items).toEqual([kept]);
    const overrides = await store.transact(ACME, ({ actions }) => actions.overrides());
    const half = { holds: "traffic", weights: { v1: 0.5, v2: 0.5 }, closed: [], action_id: kept.id };
    expect(overrides).toEqual([{ subject: ORDERS, ...half }]);
    expect(await auditOf(world)).toEqual(["traffic.refused", "traffic.shift"]);
  });

  test("back to what the settings say holds nothing any more", async () => {
    const { incidents, store } = await startWorld();
    await incidents.shift(ACME, ORDERS, back, LENA);
    await incidents.shift(ACME, ORDERS, { weights: { v1: 0.9, v2: 0.1 }, why: "it was not v2" }, LENA);
    expect(await store.transact(ACME, ({ actions }) => actions.overrides())).toEqual([]);
    expect((await incidents.holding(ACME)).traffic).toEqual(new Map());
  });
});

describe("rules", () => {
  test("a rollback closes what they lead to, a flip leaves them, and undo opens them again", async () => {
    const { incidents, plan, store } = await startWorld();
    plan.picked = ["v2"];
    const overrides = () => store.transact(ACME, ({ actions }) => actions.overrides());
    const flipped = await incidents.shift(ACME, ORDERS, { flip_to: "v1", why: "blue" }, LENA);
    expect(flipped).toMatchObject({ kind: "flip", after: { v1: 1, v2: 0 }, closed: [] });
    const rolled = await incidents.shift(ACME, ORDERS, back, LENA);
    expect(rolled).toMatchObject({ before: { v1: 1, v2: 0 }, after: { v1: 1, v2: 0 }, closed: ["v2"] });
    expect(await overrides()).toMatchObject([{ closed: ["v2"], action_id: rolled.id }]);
    await expect(incidents.shift(ACME, ORDERS, back, LENA)).rejects.toMatchObject({ code: "conflict" });
    expect(await incidents.undo(ACME, rolled.id, LENA)).toMatchObject({ closed_before: ["v2"], closed: [] });
    expect(await overrides()).toMatchObject([{ closed: [] }]);
  });

  test("a dark release that only they lead to is taken back by itself, and stays so though its share is as declared", async () => {
    const { incidents, clock, plan, store } = await startWorld();
    plan.declared[ORDERS] = { v1: 1, v2: 0 };
    plan.picked = ["v2"];
    const { action } = await incidents.observe(ACME, seenNow(clock));
    expect(action).toMatchObject({ after: { v1: 1, v2: 0 }, closed: ["v2"] });
    expect(await store.transact(ACME, ({ actions }) => actions.overrides())).toMatchObject([{ closed: ["v2"] }]);
    await clock.advance(5_000);
    expect(await incidents.observe(ACME, seenNow(clock))).toMatchObject({
      because: "orders@v2 gets no traffic already.",
    });
  });
});

describe("the switch", () => {
  const off = { enabled: false, why: "the ledger is on fire" };

  test("is on record with who and why, and one undo switches it on again", async () => {
    const world = await startWorld();
    const { incidents, issues, plans, store } = world;
    const issue = await issues.create(ACME, { title: "Fire", severity: 1, feedback: [] }, LENA);
    const action = await incidents.switch(ACME, ORDERS, { ...off, issue_id: issue.id }, LENA);
    expect(action).toMatchObject({ kind: "switch", enabled_before: true, enabled: false, actor: LENA, plan: 2 });
    expect(plans.subject(ACME, ORDERS)).toMatchObject({ enabled: false, switch_id: action.id, action_id: undefined });
    expect((await incidents.holding(ACME)).switch.get(ORDERS)).toEqual(action);
    expect((await issues.events(ACME, issue.id)).at(-1)).toMatchObject({
      text: "orders: switched off. the ledger is on fire",
      ref: action.id,
    });
    const undone = await incidents.undo(ACME, action.id, LENA);
    expect(undone).toMatchObject({ kind: "undo", enabled_before: false, enabled: true });
    expect(plans.subject(ACME, ORDERS)).toMatchObject({ enabled: true, switch_id: undefined });
    expect(await store.transact(ACME, ({ actions }) => actions.overrides())).toEqual([]);
    expect(await auditOf(world)).toEqual(["traffic.undo", "traffic.switch"]);
  });

  test("and shares are held apart: each can be undone while the other stands", async () => {
    const { incidents, plans } = await startWorld();
    const turned = await incidents.switch(ACME, ORDERS, off, LENA);
    const moved = await incidents.shift(ACME, ORDERS, back, LENA);
    expect(plans.subject(ACME, ORDERS)).toMatchObject({ enabled: false, weights: { v1: 1, v2: 0 } });
    await incidents.undo(ACME, turned.id, LENA);
    expect(plans.subject(ACME, ORDERS)).toMatchObject({ enabled: true, weights: { v1: 1, v2: 0 } });
    await incidents.undo(ACME, moved.id, LENA);
    expect(plans.subject(ACME, ORDERS)).toMatchObject({ enabled: true, weights: { v1: 0.9, v2: 0.1 } });
  });

  test("switches on what the settings have off, and back to them holds nothing", async () => {
    const { incidents, plan, plans, store } = await startWorld();
    plan.enabled = false;
    const on = await incidents.switch(ACME, ORDERS, { enabled: true, why: "the day has come" }, LENA);
    expect(plans.subject(ACME, ORDERS)).toMatchObject({ enabled: true, switch_id: on.id });
    await incidents.switch(ACME, ORDERS, off, LENA);
    expect(await store.transact(ACME, ({ actions }) => actions.overrides())).toEqual([]);
    await expect(incidents.undo(ACME, on.id, LENA)).rejects.toMatchObject({ code: "conflict" });
  });

  test("of a person does not keep automatic rollback away", async () => {
    const { incidents, clock } = await startWorld();
    const { id } = await incidents.switch(ACME, ORDERS, off, LENA);
    await incidents.undo(ACME, id, LENA);
    await clock.advance(MINUTE);
    expect((await incidents.observe(ACME, seenNow(clock))).action).toMatchObject({ after: { v1: 1, v2: 0 } });
  });

  test.each([
    ["what is unknown", "routes.none", off, "not_found"],
    ["what is so already", ORDERS, { ...off, enabled: true }, "conflict"],
    ["an unknown issue", ORDERS, { ...off, issue_id: "none" }, "invalid_input"],
  ])("is refused for %s, and leaves nothing behind", async (_, subject, input, code) => {
    const { incidents, plan, store } = await startWorld();
    await expect(incidents.switch(ACME, subject, input, LENA)).rejects.toMatchObject({ code });
    expect((await incidents.actions(ACME, { limit: 10 })).items).toEqual([]);
    expect(await store.transact(ACME, ({ actions }) => actions.overrides())).toEqual([]);
    expect(plan.number).toBe(1);
  });

  test("is put back when no plan can carry it out, and says why", async () => {
    const world = await startWorld();
    const { incidents, plan, store } = world;
    plan.fails_with = new Problem("settings_invalid", { detail: "the settings file is broken" });
    await expect(incidents.switch(ACME, ORDERS, off, LENA)).rejects.toThrow("the settings file is broken");
    expect((await incidents.actions(ACME, { limit: 10 })).items).toEqual([]);
    expect(await store.transact(ACME, ({ actions }) => actions.overrides())).toEqual([]);
    expect(await auditOf(world)).toEqual(["traffic.refused"]);
  });
});

describe("undoing", () => {
  test("goes back to what was, is an action itself, and can be undone", async () => {
    const world = await startWorld();
    const { incidents } = world;
    const half = await incidents.shift(ACME, ORDERS, { weights: { v1: 0.5, v2: 0.5 }, why: "half" }, LENA);
    const all = await incidents.shift(ACME, ORDERS, back, LENA);
    const undone = await incidents.undo(ACME, all.id, LENA);
    expect(undone).toMatchObject({ kind: "undo", before: all.after, after: half.after, why: "Undoes: v2 is slow" });
    expect((await incidents.action(ACME, all.id)).undone_by).toBe(undone.id);
    const redone = await incidents.undo(ACME, undone.id, LENA);
    expect(redone.after).toEqual(all.after);
    expect(await auditOf(world)).toEqual(["traffic.undo", "traffic.undo", "traffic.shift", "traffic.shift"]);
  });

  test("of an older action works once the newer ones are undone, and not before", async () => {
    const { incidents, store } = await startWorld();
    const half = await incidents.shift(ACME, ORDERS, { weights: { v1: 0.5, v2: 0.5 }, why: "half" }, LENA);
    const all = await incidents.shift(ACME, ORDERS, back, LENA);
    await expect(incidents.undo(ACME, half.id, LENA)).rejects.toMatchObject({ code: "conflict" });
    await incidents.undo(ACME, all.id, LENA);
    await expect(incidents.undo(ACME, all.id, LENA)).rejects.toMatchObject({ code: "conflict" });
    expect((await incidents.undo(ACME, half.id, LENA)).after).toEqual({ v1: 0.9, v2: 0.1 });
    expect(await store.transact(ACME, ({ actions }) => actions.overrides())).toEqual([]);
  });

  test("is refused for what is not there, here or elsewhere", async () => {
    const { incidents, plan } = await startWorld();
    const { id } = await incidents.shift(ACME, ORDERS, back, LENA);
    await expect(incidents.undo("other", id, LENA)).rejects.toMatchObject({ code: "not_found" });
    await expect(incidents.undo(ACME, "none", LENA)).rejects.toMatchObject({ code: "not_found" });
    plan.declared = {};
    await expect(incidents.undo(ACME, id, LENA)).rejects.toMatchObject({ code: "conflict" });
  });
});
