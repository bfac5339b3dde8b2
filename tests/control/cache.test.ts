// POST …/cache/purge: what reaches the gateway, and what stays on the audit trail.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startWorld, WORKSPACE, type World } from "./world.ts";

let world: World;
let operator: string;

beforeAll(async () => {
  world = await startWorld();
  operator = (await world.token(WORKSPACE, "operator")).secret;
});
afterAll(() => world.stop());

const purge = (body: unknown) =>
  world.control("post", `/api/v1/workspaces/${WORKSPACE}/cache/purge`, { as: operator, body });

test("a purge reaches the gateway in its workspace, says how much went, and is on the trail", async () => {
  const reached = vi.spyOn(world.services.gateway, "purge").mockResolvedValueOnce(3);
  const answer = await purge({ url: "https://shop.example.com/orders/1", route: "orders" });
  expect(await answer.json()).toEqual({ answers: 3 });
  const url = "https://shop.example.com/orders/1";
  expect(reached).toHaveBeenLastCalledWith({ workspace: WORKSPACE, url, subject: "routes.orders" });
  const { items } = await world.services.identity.audit(WORKSPACE, { limit: 1 });
  expect(items[0]).toMatchObject({
    what: "cache.purge",
    target: "routes.orders",
    actor: { kind: "token" },
    detail: { url, answers: 3 },
  });
});

test.each([[{}], [{ tag: "two tags" }], [{ url: "" }], [{ everything: true }]])("%o is refused", async (body) => {
  const reached = vi.spyOn(world.services.gateway, "purge");
  reached.mockClear();
  expect((await purge(body)).status).toBe(422);
  expect(reached).not.toHaveBeenCalled();
});
