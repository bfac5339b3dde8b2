// A process that dies while it moves traffic: whatever was committed is carried out by the next one, once, with everything that
// belongs to it.
import { LIMITS } from "@holdfast/base";
import { type Action, SYSTEM } from "@holdfast/contract";
import { expect, test } from "vitest";
import { part } from "../parts/index.ts";
import { ACME, LENA, seenNow, startWorld, type World } from "./world.ts";

const ORDERS = "routes.orders";

/** Runs `deed` and lets the process die when the plan was made, before the action's number is written down. */
async function dieAfterThePlan(world: World, deed: () => Promise<unknown>): Promise<void> {
  const { plan } = world;
  const died = new Error("the process died");
  plan.dies_with = died;
  await expect(deed()).rejects.toThrow(died.message);
  plan.dies_with = undefined;
}

async function newestAction({ incidents }: World): Promise<Action> {
  return (await incidents.actions(ACME, { limit: 1 })).items[0] as Action;
}

async function trail({ store }: World): Promise<string[]> {
  const { items } = await store.transact(ACME, ({ audit }) => audit.list({ limit: 50 }));
  return items.map(({ what }) => what).filter((what) => what.startsWith("traffic"));
}

function suite(database: () => Promise<string | undefined>): void {
  test("is finished by the next look: plan, trail and timeline, once", async () => {
    const world = await startWorld(await database());
    const { incidents, promotions, issues, clock, plan } = world;
    const issue = await issues.create(ACME, { title: "Slow", severity: 2, feedback: [] }, LENA);
    const input = { roll_back_to: "v1", why: "v2 is slow", issue_id: issue.id };
    await dieAfterThePlan(world, () => incidents.shift(ACME, ORDERS, input, LENA));
    expect(await newestAction(world)).toMatchObject({ plan: 0, after: { v1: 1, v2: 0 } });

    await promotions.look(ACME);
    expect((await newestAction(world)).plan).toBe(0);
    await clock.advance(LIMITS.action_finish_ms + 1);
    await promotions.look(ACME);
    await promotions.look(ACME);
    expect((await newestAction(world)).plan).toBe(plan.number);
    expect(await trail(world)).toEqual(["traffic.shift"]);
    const events = await issues.events(ACME, issue.id);
    expect(events.filter(({ kind }) => kind === "change").map(({ text }) => text)).toEqual([
      "orders: v1 90 % → 100 %, v2 10 % → 0 %. v2 is slow",
    ]);
  });

  test("a switch is finished too, on the trail as one", async () => {
    const world = await startWorld(await database());
    const { incidents, promotions, clock, plan } = world;
    await dieAfterThePlan(world, () => incidents.switch(ACME, ORDERS, { enabled: false, why: "fire" }, LENA));
    await clock.advance(LIMITS.action_finish_ms + 1);
    await promotions.look(ACME);
    expect(await newestAction(world)).toMatchObject({ kind: "switch", enabled: false, plan: plan.number });
    expect(await trail(world)).toEqual(["traffic.switch"]);
  });

  test("an undo that was left so is not undone twice", async () => {
    const world = await startWorld(await database());
    const { incidents, promotions, clock } = world;
    const back = await incidents.shift(ACME, ORDERS, { roll_back_to: "v1", why: "slow" }, LENA);
    await dieAfterThePlan(world, () => incidents.undo(ACME, back.id, LENA));
    await expect(incidents.undo(ACME, back.id, LENA)).rejects.toMatchObject({ code: "conflict" });
    await clock.advance(LIMITS.action_finish_ms + 1);
    await promotions.look(ACME);
    expect(await incidents.action(ACME, back.id)).toMatchObject({ undone_by: (await newestAction(world)).id });
    expect(await trail(world)).toEqual(["traffic.undo", "traffic.shift"]);
  });

  test("a rollback by itself goes on from there, with one finding and one action", async () => {
    const world = await startWorld(await database());
    const { incidents, promotions, clock } = world;
    await dieAfterThePlan(world, () => incidents.observe(ACME, seenNow(clock)));
    await clock.advance(LIMITS.action_finish_ms + 1);
    await promotions.look(ACME);
    expect(await incidents.observe(ACME, seenNow(clock))).toMatchObject({
      because: "orders@v2 gets no traffic already.",
    });
    expect((await incidents.actions(ACME, { limit: 9 })).items).toMatchObject([{ actor: SYSTEM, plan: 3 }]);
  });
}

suite(async () => undefined);

const postgres = await part("postgres");
postgres.describe("PostgreSQL", ({ freshDatabase }) => suite(freshDatabase));
