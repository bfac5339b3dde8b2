// What two transactions do at the same moment. SQLite has one writer; PostgreSQL has many, so there it is shown.
import { expect, test } from "vitest";
import { part } from "../parts/index.ts";
import { ACME, FAILED, LENA, seenNow, startWorld } from "./world.ts";

const postgres = await part("postgres");

postgres.describe("at the same moment", ({ freshDatabase }) => {
  test("reports and a finding about one failing release open one issue", async () => {
    const world = await startWorld(await freshDatabase());
    const { say, call, feedback, issues, incidents, clock } = world;
    world.plan.rollback.automatic = false;
    const said = await Promise.all(
      [1, 2, 3, 4].map((n) => say(`It fails ${n}`, { references: [call(FAILED).reference] })),
    );
    await Promise.all([...said.map(({ id }) => feedback.link(ACME, id)), incidents.observe(ACME, seenNow(clock))]);
    const { items } = await issues.list(ACME, { state: "all" }, { limit: 10 });
    expect(items).toMatchObject([{ voices: 4, findings: 1 }]);
  });

  test("one report that is posted twice is stored once and has one receipt", async () => {
    const { say, feedback } = await startWorld(await freshDatabase());
    const receipts = await Promise.all([1, 2, 3].map(() => say("It fails", { idempotency_key: "one-click" })));
    expect(new Set(receipts.map(({ token }) => token)).size).toBe(1);
    expect(await feedback.countNew(ACME)).toBe(1);
  });

  test("a shift that is asked for twice is made, and what stands is on record", async () => {
    const { incidents, store } = await startWorld(await freshDatabase());
    const asked = [1, 2].map(() => incidents.shift(ACME, "routes.orders", { roll_back_to: "v1", why: "bad" }, LENA));
    const made = (await Promise.allSettled(asked)).filter(({ status }) => status === "fulfilled");
    expect(made.length).toBeGreaterThan(0);
    const overrides = await store.transact(ACME, ({ actions }) => actions.overrides());
    expect(overrides).toMatchObject([{ subject: "routes.orders", weights: { v1: 1, v2: 0 } }]);
  });
});
