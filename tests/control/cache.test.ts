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
  const nodes = [
    { node: "a", answers: 1 },
    { node: "b", answers: 2 },
  ];
  const outcome = { answers: 3, nodes, missing: ["c"], told: true };
  const reached = vi.spyOn(world.services.gateway, "purge").mockResolvedValueOnce(outcome);
  const answer = await purge({ url: "https://shop.example.com/orders/1", route: "orders" });
  expect(await answer.json()).toEqual({ answers: 3, nodes, missing: ["c"] });
  const url = "https://shop.example.com/orders/1";
  expect(reached).toHaveBeenLastCalledWith({ workspace: WORKSPACE, url, subject: "routes.orders" });
  const { items } = await world.services.identity.audit(WORKSPACE, { limit: 1 });
  expect(items[0]).toMatchObject({
    what: "cache.purge",
    target: "routes.orders",
    actor: { kind: "token" },
    detail: { url, answers: 3, nodes, missing: ["c"] },
  });
});

test("a purge that other nodes could not be told of is an error, and on the trail all the same", async () => {
  const outcome = { answers: 1, nodes: [{ node: "a", answers: 1 }], missing: [], told: false };
  vi.spyOn(world.services.gateway, "purge").mockResolvedValueOnce(outcome);
  const answer = await purge({ tag: "orders" });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: "nodes_unreachable", detail: expect.stringContaining("Here 1") });
  const { items } = await world.services.identity.audit(WORKSPACE, { limit: 1 });
  expect(items[0]).toMatchObject({ what: "cache.purge", detail: { tag: "orders", answers: 1, told: false } });
});

test.each([[{}], [{ tag: "two tags" }], [{ url: "" }], [{ everything: true }]])("%o is refused", async (body) => {
  const reached = vi.spyOn(world.services.gateway, "purge");
  reached.mockClear();
  expect((await purge(body)).status).toBe(422);
  expect(reached).not.toHaveBeenCalled();
});
