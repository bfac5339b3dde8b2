// A promotion from its first step to its end, and everything that stops it on the way.
import { Problem } from "@holdfast/base";
import type { Promotion } from "@holdfast/contract";
import { expect, test } from "vitest";
import { part } from "../parts/index.ts";
import { ACME, LENA, seenNow, startWorld, type World } from "./world.ts";

const MINUTE = 60_000;
const ORDERS = "routes.orders";
const why = "it is ready";

async function given(database?: string): Promise<World> {
  const world = await startWorld(database);
  world.plan.declared[ORDERS] = { v1: 0.6, v2: 0, v3: 0.4 };
  world.plan.rollback.automatic = false;
  world.plan.promote = {
    to: "v2",
    steps: [
      { share: 0.05, for_ms: 10 * MINUTE },
      { share: 0.5, for_ms: 60 * MINUTE },
    ],
    on_failure: "roll back",
    least_calls: 3,
    start: "by hand",
    fingerprint: "first",
  };
  return world;
}

function command(world: World, what: "start" | "pause" | "resume" | "skip" | "abort"): Promise<Promotion> {
  return world.promotions.command(ACME, ORDERS, { do: what, why }, LENA);
}

function calls(world: World, count: number): void {
  for (let call = 0; call < count; call++) world.call({ release: "v2" });
}

/** Time passes, calls come, and the loop looks. */
async function pass(world: World, { ms, of_v2 = 0 }: { ms: number; of_v2?: number }): Promise<Promotion> {
  calls(world, of_v2);
  await world.clock.advance(ms);
  await world.promotions.look(ACME);
  return await newest(world);
}

async function newest(world: World): Promise<Promotion> {
  return (await world.promotions.latest(ACME))[0] as Promotion;
}

const weights = (world: World) => world.plans.subject(ACME, ORDERS)?.weights;

async function trail({ store }: World): Promise<string[]> {
  const { items } = await store.transact(ACME, ({ audit }) => audit.list({ limit: 50 }));
  return items.map(({ what, actor }) => `${what} ${actor.name}`).toReversed();
}

function suite(database: () => Promise<string | undefined>): void {
  test("goes step by step, each with its time and its calls, to everything", async () => {
    const world = await given(await database());
    expect(await command(world, "start")).toMatchObject({
      state: "running",
      step: 0,
      before: { v1: 0.6, v2: 0, v3: 0.4 },
    });
    expect(weights(world)).toEqual({ v1: 0.57, v2: 0.05, v3: 0.38 });
    expect(await pass(world, { ms: 9 * MINUTE, of_v2: 2 })).toMatchObject({
      step: 0,
      why: expect.stringMatching(/5 %/),
    });
    expect(await pass(world, { ms: 2 * MINUTE })).toMatchObject({
      step: 0,
      why: expect.stringMatching(/2 of the 3 calls/),
    });
    expect(await pass(world, { ms: 1_000, of_v2: 1 })).toMatchObject({ step: 1, state: "running" });
    expect(weights(world)).toEqual({ v1: 0.3, v2: 0.5, v3: 0.2 });
    expect(await pass(world, { ms: 61 * MINUTE, of_v2: 3 })).toMatchObject({ step: 2, state: "done" });
    expect(weights(world)).toEqual({ v1: 0, v2: 1, v3: 0 });
    expect(await trail(world)).toEqual([
      "promotion.start Lena",
      "traffic.shift Holdfast",
      "traffic.shift Holdfast",
      "promotion.done Holdfast",
      "traffic.shift Holdfast",
    ]);
    await expect(command(world, "start")).rejects.toMatchObject({ code: "conflict" });
  });

  test("waits while calls cannot be seen", async () => {
    const world = await given(await database());
    await command(world, "start");
    calls(world, 5);
    world.silence.calls = true;
    expect(await pass(world, { ms: 11 * MINUTE })).toMatchObject({
      step: 0,
      why: expect.stringMatching(/cannot be seen/),
    });
    world.silence.calls = false;
    expect(await pass(world, { ms: 1 })).toMatchObject({ step: 1 });
  });

  test("a pause takes its time out of the step; a skip does not wait", async () => {
    const world = await given(await database());
    await command(world, "start");
    await pass(world, { ms: 6 * MINUTE, of_v2: 5 });
    await command(world, "pause");
    await expect(command(world, "pause")).rejects.toMatchObject({ code: "conflict" });
    expect(await pass(world, { ms: 100 * MINUTE })).toMatchObject({
      state: "paused",
      step: 0,
      why: expect.stringMatching(/^Lena paused it/),
    });
    await command(world, "resume");
    expect(await pass(world, { ms: 3 * MINUTE })).toMatchObject({ state: "running", step: 0 });
    calls(world, 5);
    expect(await pass(world, { ms: 2 * MINUTE })).toMatchObject({ step: 1 });
    expect(await command(world, "skip")).toMatchObject({
      state: "done",
      step: 2,
      why: expect.stringMatching(/^Lena skipped/),
    });
    expect(weights(world)).toEqual({ v1: 0, v2: 1, v3: 0 });
  });

  test("is aborted by a person: everything is where it was", async () => {
    const world = await given(await database());
    await command(world, "start");
    expect(await command(world, "abort")).toMatchObject({ state: "aborted", why });
    expect(weights(world)).toEqual({ v1: 0.6, v2: 0, v3: 0.4 });
    await expect(command(world, "skip")).rejects.toMatchObject({ code: "not_found" });
    expect((await trail(world)).filter((line) => line.startsWith("promotion"))).toEqual([
      "promotion.start Lena",
      "promotion.abort Lena",
    ]);
  });

  test("what the detector finds bad goes back by itself, though nothing else may, and all at once", async () => {
    const world = await given(await database());
    await command(world, "start");
    const { action, finding } = await world.incidents.observe(ACME, seenNow(world.clock));
    expect(action).toMatchObject({
      after: { v1: 0.6, v2: 0, v3: 0.4 },
      actor: { kind: "system" },
      finding_id: finding.id,
    });
    expect(await newest(world)).toMatchObject({ state: "aborted", why: finding.sentence, action_id: action?.id });
    expect(weights(world)).toEqual({ v1: 0.6, v2: 0, v3: 0.4 });
    expect(await pass(world, { ms: 100 * MINUTE, of_v2: 9 })).toMatchObject({ state: "aborted" });
  });

  test("pauses instead where the settings say so, or where nothing shows that others do better", async () => {
    const world = await given(await database());
    if (world.plan.promote) world.plan.promote.on_failure = "pause";
    await command(world, "start");
    expect((await world.incidents.observe(ACME, seenNow(world.clock))).action).toBeUndefined();
    expect(await newest(world)).toMatchObject({ state: "paused", why: expect.stringMatching(/fails 41 %/) });
    expect(weights(world)).toMatchObject({ v2: 0.05 });

    const blind = await given(await database());
    await command(blind, "start");
    await blind.incidents.observe(ACME, seenNow(blind.clock, { baseline: null, baseline_calls: 0 }));
    expect(await newest(blind)).toMatchObject({ state: "paused", why: expect.stringMatching(/a person decides/) });
  });

  test("ends when somebody else moves traffic: a person wins", async () => {
    const world = await given(await database());
    await command(world, "start");
    await world.incidents.shift(ACME, ORDERS, { weights: { v1: 0.9, v2: 0.1 }, why: "by hand" }, LENA);
    expect(await pass(world, { ms: 11 * MINUTE, of_v2: 9 })).toMatchObject({
      state: "aborted",
      why: expect.stringMatching(/^Lena moved traffic/),
    });
    expect(weights(world)).toMatchObject({ v1: 0.9, v2: 0.1 });
  });

  test("a step that no plan can carry out is taken back, and made at the next look", async () => {
    const world = await given(await database());
    await command(world, "start");
    calls(world, 5);
    await world.clock.advance(11 * MINUTE);
    world.plan.fails_with = new Problem("settings_invalid");
    await expect(world.promotions.look(ACME)).rejects.toMatchObject({ code: "settings_invalid" });
    expect(await newest(world)).toMatchObject({ state: "running", step: 0 });
    world.plan.fails_with = undefined;
    await world.promotions.look(ACME);
    expect(await newest(world)).toMatchObject({ state: "running", step: 1 });
  });

  test("a process that dies in a step leaves it to the next one, which neither repeats nor forgets it", async () => {
    const world = await given(await database());
    await command(world, "start");
    calls(world, 5);
    await world.clock.advance(11 * MINUTE);
    world.plan.dies_with = new Error("the process died");
    await expect(world.promotions.look(ACME)).rejects.toThrow("died");
    world.plan.dies_with = undefined;
    expect(await pass(world, { ms: MINUTE })).toMatchObject({ state: "running", step: 1 });
    const { items } = await world.incidents.actions(ACME, { limit: 9 });
    expect(items.map(({ kind, plan }) => [kind, plan > 0])).toEqual([
      ["promote", true],
      ["promote", true],
    ]);
  });

  test("asked to start twice at once, it starts once", async () => {
    const world = await given(await database());
    const ends = await Promise.allSettled([1, 2, 3].map(() => command(world, "start")));
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await world.incidents.actions(ACME, { limit: 9 })).items).toHaveLength(1);
  });

  test("starts by itself where the settings say so, once for each change of them", async () => {
    const world = await given(await database());
    if (world.plan.promote) world.plan.promote.start = "at once";
    expect(await pass(world, { ms: 1 })).toMatchObject({ state: "running", by: { kind: "system" } });
    await command(world, "abort");
    expect(await pass(world, { ms: 1 })).toMatchObject({ state: "aborted" });
    if (world.plan.promote) world.plan.promote.fingerprint = "second";
    expect(await pass(world, { ms: 1 })).toMatchObject({ state: "running", fingerprint: "second" });
  });
}

suite(async () => undefined);

test("nothing to promote is said so", async () => {
  const world = await startWorld();
  await expect(command(world, "start")).rejects.toMatchObject({ code: "not_found" });
  await expect(command(world, "pause")).rejects.toMatchObject({ code: "not_found" });
});

const postgres = await part("postgres");
postgres.describe("PostgreSQL", ({ freshDatabase }) => suite(freshDatabase));
