// The contract of SettingsRepository and of the notes that plans leave behind.
import { type SettingsVersion, SYSTEM } from "@holdfast/contract";
import { expect, test } from "vitest";
import { type FreshDatabase, newWorkspace, useWorld, within } from "./world.ts";

export function settingsSuite(freshDatabase: FreshDatabase): void {
  const world = useWorld(freshDatabase);

  const version = (number: number): SettingsVersion => ({
    version: number,
    source: "file",
    text: `holdfast: 1 # ${number}\n`,
    applied_at: number,
    by: SYSTEM,
  });

  test("versions are kept, the newest first", async () => {
    const run = within(world(), newWorkspace());
    expect(await run(({ settings }) => settings.newest())).toBeUndefined();
    for (const number of [1, 2, 3]) await run(({ settings }) => settings.add(version(number)));
    expect(await run(({ settings }) => settings.newest())).toEqual(version(3));
    expect(await run(({ settings }) => settings.list(2))).toEqual([version(3), version(2)]);
  });

  test("a version is written once", async () => {
    const run = within(world(), newWorkspace());
    await run(({ settings }) => settings.add(version(1)));
    await expect(run(({ settings }) => settings.add(version(1)))).rejects.toMatchObject({ code: "conflict" });
  });

  test("plan numbers count up over all workspaces; a workspace reads its own notes and those of nobody", async () => {
    const [first, second] = [newWorkspace(), newWorkspace()];
    const add = (workspace: string, of: string | null, made_at: number) =>
      world().store.transact(workspace, ({ plans }) => plans.add({ made_at, because: `for ${of}`, workspace: of }));
    const numbers = [await add(first, first, 10), await add(second, second, 20), await add(first, null, 30)];
    const [start = 0] = numbers;
    expect(numbers).toEqual([start, start + 1, start + 2]);
    const read = await within(world(), first)(({ plans }) => plans.between(10, 30));
    expect(read).toEqual([
      { number: start, workspace: first, made_at: 10, because: `for ${first}` },
      { number: start + 2, workspace: null, made_at: 30, because: "for null" },
    ]);
  });
}
