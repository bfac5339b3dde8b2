import { LaunchInput, LaunchSettings } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { ACME, FAILED, LENA, startWorld, type World } from "./world.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function inputOf({ clock }: World, fields: Partial<LaunchInput> = {}): LaunchInput {
  return LaunchInput.parse({
    name: "spring",
    scope: { routes: ["orders"] },
    from: clock.now(),
    until: clock.now() + 30 * DAY,
    exit: {
      quiet: { measure: "days_without_critical", at_least: 2 },
      errors: { measure: "error_ratio", under: "10%", over_last: "1d" },
    },
    ...fields,
  });
}

function declared(world: World, fields: object = {}): ReturnType<typeof LaunchSettings.parse> {
  const window = { from: new Date(world.clock.now()).toISOString(), until: "2026-12-29T18:00:00+01:00" };
  return LaunchSettings.parse({ scope: { routes: ["orders"] }, window, ...fields });
}

describe("exit criteria", () => {
  test("are measured when the launch is read", async () => {
    const world = await startWorld();
    const { launches, issues, clock, call, silence } = world;
    const { id } = await launches.create(ACME, inputOf(world), LENA);
    const read = async () =>
      (await launches.get(ACME, id)).criteria.map(({ name, state, value }) => [name, state, value]);
    expect(await read()).toEqual([
      ["quiet", "not_yet", "0 of 2 days"],
      ["errors", "unknown", "no calls"],
    ]);
    const critical = await issues.create(ACME, { title: "Down", severity: 1, feedback: [] }, LENA);
    for (let count = 0; count < 200; count++) call();
    call(FAILED);
    for (let count = 0; count < 500; count++) call({ ...FAILED, subject: "routes.other" });
    await clock.advance(HOUR);
    expect(await read()).toEqual([
      ["quiet", "broken", "0 of 2 days"],
      ["errors", "not_yet", "0.5 %"],
    ]);
    await issues.patch(ACME, critical.id, { status: "resolved" }, LENA, () => undefined);
    await clock.advance(2 * DAY);
    for (let count = 0; count < 200; count++) call();
    expect(await read()).toEqual([
      ["quiet", "holds", "2 of 2 days"],
      ["errors", "holds", "0 %"],
    ]);
    silence.calls = true;
    expect((await read())[1]).toEqual(["errors", "unknown", "no answer"]);
  });

  test("an empty scope is the whole workspace, and nothing of another one", async () => {
    const world = await startWorld();
    const { launches, call } = world;
    for (let count = 0; count < 50; count++) call({ ...FAILED, subject: "models.assistant" });
    for (let count = 0; count < 950; count++) call({ workspace: "other" });
    await launches.create(ACME, inputOf(world, { scope: { routes: [], models: [] } }), LENA);
    const launch = await launches.current(ACME);
    expect(launch?.criteria[1]).toMatchObject({ state: "broken", value: "100 %" });
  });
});

test("phases move by their steps, with a trail", async () => {
  const world = await startWorld();
  const { launches, clock, store, changes } = world;
  const { id } = await launches.create(ACME, inputOf(world), LENA);
  await clock.advance(HOUR);
  expect(await launches.patch(ACME, id, { phase: "soft" }, LENA)).toMatchObject({
    phase: "soft",
    phase_since: clock.now(),
  });
  await expect(launches.patch(ACME, id, { phase: "exit" }, LENA)).rejects.toMatchObject({ code: "conflict" });
  await expect(launches.create(ACME, inputOf(world), LENA)).rejects.toThrow("There is already a launch spring.");
  await expect(launches.get("other", id)).rejects.toMatchObject({ code: "not_found" });
  const { items } = await store.transact(ACME, ({ audit }) => audit.list({ limit: 10 }));
  expect(items.map(({ what }) => what)).toEqual(["launch.update", "launch.create"]);
  expect(changes).toEqual(["launches", "launches"]);
});

describe("launches of the settings", () => {
  test("are made, changed and left alone as the settings say", async () => {
    const world = await startWorld();
    const { launches, changes, clock } = world;
    const spring = declared(world);
    await launches.applyFromSettings(ACME, { spring });
    await launches.applyFromSettings(ACME, { spring });
    expect(changes).toEqual(["launches"]);
    const first = await launches.current(ACME);
    expect(first).toMatchObject({ name: "spring", source: "file", phase: "prepare" });
    await clock.advance(HOUR);
    await launches.applyFromSettings(ACME, { spring: { ...spring, phase: "soft" } });
    expect(await launches.current(ACME)).toMatchObject({ id: first?.id, phase: "soft", phase_since: clock.now() });
    await expect(launches.patch(ACME, first?.id as string, { phase: "intense" }, LENA)).rejects.toMatchObject({
      code: "settings_from_file",
    });
  });

  test("that the settings no longer name stay, in the hands of the console", async () => {
    const world = await startWorld();
    const { launches } = world;
    await launches.applyFromSettings(ACME, { spring: declared(world, { phase: "taper" }) });
    await launches.applyFromSettings(ACME, {});
    const { items } = await launches.list(ACME, { limit: 10 });
    expect(items).toMatchObject([{ name: "spring", source: "console", phase: "taper" }]);
    expect(await launches.patch(ACME, items[0]?.id as string, { phase: "exit" }, LENA)).toMatchObject({
      phase: "exit",
    });
    expect(await launches.current(ACME)).toBeUndefined();
  });
});
