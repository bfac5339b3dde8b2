// Who still calls a model, through the API: what routes.test.ts shows of routes.
import { LIMITS } from "@holdfast/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN_TOKEN, OTHER, startWorld, WORKSPACE, type World } from "./world.ts";

const SETTINGS = `holdfast: 1
services: { orders: { releases: { v1: { upstreams: [http://127.0.0.1:1] } } } }
routes:
  assistant: { match: { path: /assistant }, to: orders, access: public }
  orders: { match: { path: /orders/** }, to: orders, access: public }
providers: { local: { kind: openai-compatible, url: http://127.0.0.1:1/v1 } }
models:
  assistant:
    access: public
    releases: { steady: { targets: [local/small] } }
    lifecycle:
      state: deprecated
      deprecated_at: 2026-01-01T00:00Z
      brown_outs: [{ from: 2026-01-02T00:00Z, until: 2035-01-01T00:00Z, share: 10% }]
  next: { access: public, releases: { steady: { targets: [local/small] } }, lifecycle: { state: draft } }
`;
const subject = "models.assistant";
const DAY_MS = 86_400_000;

let world: World;

beforeAll(async () => {
  world = await startWorld();
  const settings = `/api/v1/workspaces/${WORKSPACE}/settings`;
  expect((await world.control("put", settings, { as: ADMIN_TOKEN, body: { text: SETTINGS } })).status).toBe(200);
});
afterAll(() => world.stop());

const read = async (path: string, workspace = WORKSPACE) => {
  const response = await world.control("get", `/api/v1/workspaces/${workspace}/${path}`, { as: ADMIN_TOKEN });
  return { status: response.status, body: await response.json() };
};

test("consumers come by name, others by network, each with what became of their calls", async () => {
  const now = Date.now();
  await world.record([
    { subject, consumer: "shop", at: now - 5000 },
    { subject, consumer: "shop", at: now - 1000, refused_by: "limits", outcome: "rate_limited" },
    { subject, consumer: null, client_address: "192.0.2.0", at: now - 3000, error_origin: "upstream" },
    { subject, consumer: "long-ago", at: now - 40 * DAY_MS },
    { subject, consumer: "stranger", workspace: OTHER },
    { subject: "routes.assistant", consumer: "of-the-route" },
  ]);
  const { body } = await read("models/assistant/callers");
  expect(body).toEqual({
    model: "assistant",
    from: body.until - 30 * DAY_MS,
    until: expect.any(Number),
    items: [
      { consumer: "shop", network: null, calls: 2, errors: 0, refused: 1, last_at: now - 1000 },
      { consumer: null, network: "192.0.2.0", calls: 1, errors: 1, refused: 0, last_at: now - 3000 },
    ],
    more: false,
  });
  const narrow = await read(`models/assistant/callers?from=${now - 3500}&until=${now - 2000}`);
  expect(narrow.body).toMatchObject({ from: now - 3500, until: now - 2000, items: [{ network: "192.0.2.0" }] });
  const of_the_route = await read("routes/assistant/callers");
  expect(of_the_route.body).toMatchObject({ route: "assistant", items: [{ consumer: "of-the-route" }] });
});

test("those with the most calls are shown, and that there are more", async () => {
  const at = Date.now() - 50 * DAY_MS;
  const many = Array.from({ length: LIMITS.callers_shown_max + 1 }, (_, index) => `app-${index}`);
  await world.record([...many, "app-7"].map((consumer) => ({ subject, consumer, at })));
  const { body } = await read(`models/assistant/callers?from=${at - 1}&until=${at + 1}`);
  expect(body.items).toHaveLength(LIMITS.callers_shown_max);
  expect(body.items[0]).toMatchObject({ consumer: "app-7", calls: 2 });
  expect(body.more).toBe(true);
});

test("a draft has its list, though nobody can call it", async () => {
  expect((await read("models/next/callers")).body).toMatchObject({ model: "next", items: [], more: false });
});

test.each([
  ["a model that the plan does not have", "models/none/callers", WORKSPACE, 404],
  ["a route's name", "models/orders/callers", WORKSPACE, 404],
  ["a model's name among routes", "routes/next/callers", WORKSPACE, 404],
  ["another workspace's model", "models/assistant/callers", OTHER, 404],
  ["a window that is no number", "models/assistant/callers?from=yesterday", WORKSPACE, 422],
])("%s is refused", async (_, path, workspace, status) => {
  expect((await read(path, workspace)).status).toBe(status);
});
