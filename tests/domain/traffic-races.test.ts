// Hands that move the same traffic at the same moment, and plans that overtake each other: what is on record is what runs.
import type { Action } from "@holdfast/contract";
import { expect, test } from "vitest";
import { part } from "../parts/index.ts";
import { ACME, LENA, seenNow, startWorld, type World } from "./world.ts";

const ORDERS = "routes.orders";

async function overrides({ store }: World) {
  return await store.transact(ACME, ({ actions }) => actions.overrides());
}

/** Oldest first: each action begins where the one before it ended. */
async function expectOneChain(world: World): Promise<void> {
  const { items } = await world.incidents.actions(ACME, { limit: 100 });
  const oldest_first = items.toReversed();
  let weights: Action["before"] = { v1: 0.9, v2: 0.1 };
  const by_start = [...oldest_first];
  while (by_start.length > 0) {
    const next = by_start.findIndex(({ before }) => JSON.stringify(before) === JSON.stringify(weights));
    expect(next, `an action that begins at ${JSON.stringify(weights)}`).toBeGreaterThanOrEqual(0);
    weights = (by_start.splice(next, 1)[0] as Action).after;
  }
}

function suite(database: () => Promise<string | undefined>): void {
  test("shifts at once follow one another, and the last one stands in plan and store", async () => {
    const world = await startWorld(await database());
    const shares = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
    const made = await Promise.all(
      shares.map((v2) => world.incidents.shift(ACME, ORDERS, { weights: { v1: 1 - v2, v2 }, why: `${v2}` }, LENA)),
    );
    await expectOneChain(world);
    const [held] = await overrides(world);
    const standing = made.find(({ id }) => id === held?.action_id);
    expect(world.plans.subject(ACME, ORDERS)).toMatchObject({ weights: standing?.after, action_id: standing?.id });
    expect(made.every(({ plan }) => plan > 1)).toBe(true);
  });

  test("what was asked for twice is made once", async () => {
    const world = await startWorld(await database());
    const asked = [1, 2, 3].map(() => world.incidents.shift(ACME, ORDERS, { roll_back_to: "v1", why: "bad" }, LENA));
    const ends = await Promise.allSettled(asked);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const end of ends) if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "conflict" });
    expect((await world.incidents.actions(ACME, { limit: 9 })).items).toHaveLength(1);
  });

  test("a switch that was asked for twice is worked once, and a shift at the same moment stands beside it", async () => {
    const world = await startWorld(await database());
    const off = { enabled: false, why: "fire" };
    const ends = await Promise.allSettled([
      world.incidents.switch(ACME, ORDERS, off, LENA),
      world.incidents.shift(ACME, ORDERS, { roll_back_to: "v1", why: "bad" }, LENA),
      world.incidents.switch(ACME, ORDERS, off, LENA),
    ]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(await overrides(world)).toMatchObject([
      { holds: "traffic", weights: { v1: 1, v2: 0 } },
      { holds: "switch", enabled: false },
    ]);
  });

  test("an action is undone once, however many ask", async () => {
    const world = await startWorld(await database());
    const { id } = await world.incidents.shift(ACME, ORDERS, { roll_back_to: "v1", why: "bad" }, LENA);
    const ends = await Promise.allSettled([1, 2, 3].map(() => world.incidents.undo(ACME, id, LENA)));
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await overrides(world)).toEqual([]);
  });

  test("looks at the same failing release at once raise one finding and roll back once", async () => {
    const world = await startWorld(await database());
    await Promise.allSettled([1, 2, 3, 4].map(() => world.incidents.observe(ACME, seenNow(world.clock))));
    expect((await world.incidents.findings(ACME, { limit: 9 })).items).toHaveLength(1);
    expect((await world.incidents.actions(ACME, { limit: 9 })).items).toHaveLength(1);
  });

  test("a rollback that decided on an older plan gives way to the hand that was faster", async () => {
    const world = await startWorld(await database());
    const { incidents, plan, clock } = world;
    plan.declared[ORDERS] = { v1: 0.8, v2: 0.1, v3: 0.1 };
    plan.before_recompile = async () => {
      plan.before_recompile = undefined;
      const of_v3 = seenNow(clock, { release: "v3" });
      await expect(incidents.observe(ACME, of_v3)).rejects.toMatchObject({ code: "conflict" });
    };
    await incidents.observe(ACME, seenNow(clock));
    // Else v2 would be back: the look at v3 knew nothing of its rollback.
    expect(await overrides(world)).toMatchObject([{ weights: { v1: 0.9, v2: 0, v3: 0.1 } }]);
  });

  test("an action that was overtaken before its plan was made says by which", async () => {
    const world = await startWorld(await database());
    const { incidents, plan, store } = world;
    let faster: Action | undefined;
    plan.before_recompile = async () => {
      plan.before_recompile = undefined;
      faster = await incidents.shift(ACME, ORDERS, { roll_back_to: "v1", why: "bad" }, LENA);
    };
    const slower = await incidents.shift(ACME, ORDERS, { weights: { v1: 0.5, v2: 0.5 }, why: "half" }, LENA);
    const { items } = await store.transact(ACME, ({ audit }) => audit.list({ limit: 9 }));
    const noted = items.find(({ detail }) => (detail as { action?: string }).action === slower.id);
    expect(noted?.detail).toMatchObject({ overtaken_by: faster?.id });
    expect(world.plans.subject(ACME, ORDERS)).toMatchObject({ action_id: faster?.id });
  });
}

suite(async () => undefined);

const postgres = await part("postgres");
postgres.describe("PostgreSQL", ({ freshDatabase }) => suite(freshDatabase));
