// The contract of LaunchRepository.
import { expect, test } from "vitest";
import { launch } from "./samples.ts";
import { type FreshDatabase, newWorkspace, useWorld, within } from "./world.ts";

export function launchesSuite(freshDatabase: FreshDatabase): void {
  const world = useWorld(freshDatabase);

  test("a launch is found by id and by name, and saved as it is changed", async () => {
    const run = within(world(), newWorkspace());
    const added = launch(world().ids());
    await run(({ launches }) => launches.add(added));
    expect(await run(({ launches }) => launches.find(added.id))).toEqual(added);
    const changed = launch(added.id, {
      phase: "taper",
      phase_since: 9,
      exit: {},
      scope: { routes: [], models: ["m"] },
    });
    await run(({ launches }) => launches.save(changed));
    expect(await run(({ launches }) => launches.findByName("spring"))).toEqual(changed);
    expect(await run(({ launches }) => launches.findByName("autumn"))).toBeUndefined();
  });

  test("a name is taken once in a workspace", async () => {
    const [here, there] = [within(world(), newWorkspace()), within(world(), newWorkspace())];
    await here(({ launches }) => launches.add(launch(world().ids())));
    const again = here(({ launches }) => launches.add(launch(world().ids())));
    await expect(again).rejects.toMatchObject({ code: "conflict" });
    await there(({ launches }) => launches.add(launch(world().ids())));
  });

  test.each([
    ["its window holds now", {}, "spring"],
    ["it begins now", { from: 1_000 }, "spring"],
    ["it ends now", { until: 1_000 }, "spring"],
    ["it has not begun", { from: 1_001 }, undefined],
    ["it is over", { until: 999 }, undefined],
    ["it has left its last phase", { phase: "exit" as const }, undefined],
  ])("a launch is current when %s", async (_, varied, expected) => {
    const run = within(world(), newWorkspace());
    await run(({ launches }) => launches.add(launch(world().ids(), { from: 0, until: 2_000, ...varied })));
    expect((await run(({ launches }) => launches.current(1_000)))?.name).toBe(expected);
  });

  test("of several current launches the newest counts", async () => {
    const run = within(world(), newWorkspace());
    await run(async ({ launches }) => {
      await launches.add(launch(world().ids(), { name: "newer", created_at: 2 }));
      await launches.add(launch(world().ids(), { name: "older", created_at: 1 }));
    });
    expect((await run(({ launches }) => launches.current(1_767_650_000_000)))?.name).toBe("newer");
  });
}
