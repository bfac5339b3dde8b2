// Weights that an action holds, when the settings move on: what the settings no longer name is let go of for good.
import { startDetection } from "@holdfast/control";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN_TOKEN, FAILED, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const path = "/api/v1/workspaces/acme";
const ask = async (method: string, at: string, body?: unknown) => {
  const answer = await world.control(method, `${path}${at}`, { as: ADMIN_TOKEN, body });
  expect([at, answer.status]).toEqual([at, 200]);
  return await answer.json();
};
const orders = async () => (await ask("get", "/subjects")).items[0];
const weights = async () =>
  Object.fromEntries((await orders()).releases.map(({ name, weight }: Record<string, unknown>) => [name, weight]));

/** v1 beside one other release, which gets a tenth and is taken out by itself when it fails. */
const settingsWith = (release: string) => ({
  text: `holdfast: 1
services:
  orders: { releases: { v1: { upstreams: [http://127.0.0.1:1] }, ${release}: { upstreams: [http://127.0.0.1:2] } } }
routes:
  orders:
    match: { path: /orders/** }
    to: orders
    split: { v1: 90%, ${release}: 10% }
    rollback: { against: v1, over: 5%, least_calls: 50, automatic: true }
    access: public
`,
});

const calls = (release: string, count: number, fields: object = {}) =>
  Array.from({ length: count }, () => ({ release, ...fields }));

async function failAndLook(release: string): Promise<void> {
  await world.record([...calls("v1", 400), ...calls(release, 60, FAILED), ...calls(release, 60)]);
  const detection = startDetection(world.services);
  await world.services.clock.sleep(2_500);
  await detection.stop();
}

test("settings that replace the release an action took out end that action's hold", async () => {
  await ask("put", "/settings", settingsWith("v2"));
  await failAndLook("v2");
  expect((await orders()).shifted).toMatchObject({ after: { v1: 1, v2: 0 }, actor: { kind: "system" } });
  await ask("put", "/settings", settingsWith("v3"));
  expect(await weights()).toEqual({ v1: 0.9, v3: 0.1 });
  expect((await orders()).shifted).toBeNull();
  const released = { what: "traffic.release", target: "routes.orders" };
  expect((await ask("get", "/audit")).items).toContainEqual(expect.objectContaining(released));
});

test("the next release is taken out by itself when it fails", async () => {
  await failAndLook("v3");
  expect(world.log_lines.filter((line) => line.includes("could not be judged"))).toEqual([]);
  expect(await weights()).toEqual({ v1: 1, v3: 0 });
});

test("a release that comes back under its old name gets what the settings give it", async () => {
  await ask("put", "/settings", settingsWith("v2"));
  expect(await weights()).toEqual({ v1: 0.9, v2: 0.1 });
});
