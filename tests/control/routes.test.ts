// Routes and their callers through the API; and what a workspace may not take from another.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_TOKEN, OTHER, startWorld, WORKSPACE, type World } from "./world.ts";

const SETTINGS = `holdfast: 1
services: { orders: { releases: { v1: { upstreams: [http://127.0.0.1:1] } } } }
routes:
  orders: { match: { path: /orders/** }, to: orders, access: public }
  old:
    match: { host: [api.example.com, "*.example.org"], path: [/old, /older], methods: [GET], headers: { x-beta: { present: true } }, version: { by: header, is: "1", default: true } }
    to: orders
    access: public
    lifecycle:
      state: deprecated
      deprecated_at: 2026-01-01T00:00Z
      sunset_at: 2036-01-01T00:00Z
      after_sunset: retire
      links: { successor: /orders }
      brown_outs: [{ from: 2026-01-02T00:00Z, until: 2035-01-01T00:00Z, share: 10% }]
  next: { match: { path: /orders/** }, to: orders, access: public, lifecycle: { state: draft } }
  moved: { match: { path: /moved }, redirect: { to: /orders }, access: public, enabled: false }
  closed: { match: { path: /closed }, respond: { status: 200 }, access: public, maintenance: {} }
`;

let world: World;

beforeAll(async () => {
  world = await startWorld();
  expect((await put(WORKSPACE, SETTINGS)).status).toBe(200);
});
afterAll(() => world.stop());

const put = (workspace: string, text: string) =>
  world.control("put", `/api/v1/workspaces/${workspace}/settings`, { as: ADMIN_TOKEN, body: { text } });

const read = async (path: string, workspace = WORKSPACE) => {
  const response = await world.control("get", `/api/v1/workspaces/${workspace}/${path}`, { as: ADMIN_TOKEN });
  return { status: response.status, body: await response.json() };
};

describe("routes", () => {
  test("are listed with their state, drafts included", async () => {
    await world.record([{ subject: "routes.orders" }, { subject: "routes.orders", error_origin: "upstream" }]);
    const { body } = await read("routes");
    expect(
      body.items.map((route: { name: string; state: string; serving: string }) => [
        route.name,
        route.state,
        route.serving,
      ]),
    ).toEqual([
      ["orders", "published", "served"],
      ["old", "deprecated", "brown_out"],
      ["next", "draft", "draft"],
      ["moved", "published", "disabled"],
      ["closed", "published", "maintenance"],
    ]);
    expect(body.items[0]).toMatchObject({ calls: 2, errors: 1, releases: [{ name: "v1", weight: 1 }] });
    expect(body.items[1]).toMatchObject({
      hosts: ["api.example.com", "*.example.org"],
      paths: ["/old", "/older"],
      methods: ["GET"],
      conditions: ["header x-beta: any", "header api-version: 1, or none"],
      answers: { by: "service", what: "orders" },
      deprecated_at: Date.UTC(2026, 0),
      sunset_at: Date.UTC(2036, 0),
      retires: true,
      successor: "/orders",
      brown_outs: [{ share: 0.1 }],
    });
    expect(body.items[3]).toMatchObject({ answers: { by: "redirect", what: "/orders" }, releases: [] });
    expect((await read("routes", OTHER)).body.items).toEqual([]);
  });

  test("know who still calls them", async () => {
    const subject = "routes.old";
    const now = Date.now();
    await world.record([
      { subject, consumer: "shop", at: now - 5000 },
      { subject, consumer: "shop", at: now - 1000, refused_by: "lifecycle", outcome: "route_brown_out" },
      { subject, consumer: null, client_address: "192.0.2.0", at: now - 3000, error_origin: "upstream" },
      { subject, consumer: "long-ago", at: now - 40 * 86_400_000 },
      { subject, consumer: "stranger", workspace: OTHER },
    ]);
    const { body } = await read("routes/old/callers");
    expect(body).toMatchObject({ route: "old", more: false });
    expect(body.items).toEqual([
      { consumer: "shop", network: null, calls: 2, errors: 0, refused: 1, last_at: now - 1000 },
      { consumer: null, network: "192.0.2.0", calls: 1, errors: 1, refused: 0, last_at: now - 3000 },
    ]);
    const narrow = await read(`routes/old/callers?from=${now - 3500}&until=${now - 2000}`);
    expect(narrow.body.items.map(({ network }: { network: string }) => network)).toEqual(["192.0.2.0"]);
    expect((await read("routes/orders/callers", OTHER)).status).toBe(404);
    expect((await read("routes/none/callers")).status).toBe(404);
  });
});

describe("the switch", () => {
  const turn = (body: unknown, { as = ADMIN_TOKEN, workspace = WORKSPACE, subject = "routes.orders" } = {}) =>
    world.control("post", `/api/v1/workspaces/${workspace}/subjects/${subject}/switch`, { as, body });
  const served = async (name: string) =>
    (await read("routes")).body.items.find((route: { name: string }) => route.name === name);

  test("switches a route off by an action that its row names, and on again by its undo", async () => {
    const answer = await turn({ enabled: false, why: "the ledger is on fire" });
    expect(answer.status).toBe(200);
    const action = await answer.json();
    expect(action).toMatchObject({ kind: "switch", enabled: false, why: "the ledger is on fire" });
    expect(await served("orders")).toMatchObject({ serving: "disabled", enabled: false, switched: { id: action.id } });
    const [subject] = (await read("subjects")).body.items;
    expect(subject).toMatchObject({ enabled: false, switched: { id: action.id }, shifted: null });
    expect((await turn({ enabled: false, why: "again" })).status).toBe(409);
    const label = (await read("tide?subject=routes.orders")).body.changes.at(-1)?.label;
    expect(label).toBe("orders switched off by Admin token");
    const undo = `/api/v1/workspaces/${WORKSPACE}/actions/${action.id}/undo`;
    expect((await world.control("post", undo, { as: ADMIN_TOKEN })).status).toBe(200);
    expect(await served("orders")).toMatchObject({ serving: "served", enabled: true, switched: null });
  });

  test("outlives new settings of the route, and ends with the route itself", async () => {
    expect((await turn({ enabled: false, why: "fire" })).status).toBe(200);
    expect((await put(WORKSPACE, SETTINGS.replace("path: /orders/**", "path: /purchases/**"))).status).toBe(200);
    expect(await served("orders")).toMatchObject({ serving: "disabled", paths: ["/purchases/**"] });
    expect((await put(WORKSPACE, SETTINGS.replace("  orders: { match", "  sales: { match"))).status).toBe(200);
    expect((await put(WORKSPACE, SETTINGS)).status).toBe(200);
    expect(await served("orders")).toMatchObject({ serving: "served", switched: null });
    const { items } = (await read("audit")).body;
    expect(items).toContainEqual(
      expect.objectContaining({ what: "traffic.release", detail: expect.objectContaining({ enabled: false }) }),
    );
  });

  test.each([
    ["without a reason", { enabled: false }, {}, 422],
    ["an empty reason", { enabled: false, why: " " }, {}, 422],
    ["no word on or off", { why: "fire" }, {}, 422],
    ["another workspace's route", { enabled: false, why: "fire" }, { workspace: OTHER }, 404],
    ["an unknown route", { enabled: false, why: "fire" }, { subject: "routes.none" }, 404],
  ])("is refused %s", async (_, body, at, status) => {
    expect((await turn(body, at)).status).toBe(status);
    expect(await served("orders")).toMatchObject({ enabled: true });
  });
});

describe("what belongs to one workspace", () => {
  const claim = (match: string) => `holdfast: 1
services: { s: { releases: { v1: { upstreams: [http://127.0.0.1:1] } } } }
routes: { grab: { match: { ${match} }, to: s, access: public } }`;

  test.each([
    ["a path inside of an open one", "path: /orders/checkout"],
    ["it on one host", "host: shop.example.com, path: /orders/checkout"],
    ["one of several hosts and paths", "host: a.example.org, path: /older"],
  ])("another does not get: %s", async (_, match) => {
    const refused = await put(OTHER, claim(match));
    expect(refused.status).toBe(422);
    const { errors } = (await refused.json()) as { errors: { path: string; message: string }[] };
    expect(errors).toMatchObject([
      {
        path: "routes.grab.match",
        message: "takes requests of the same host and path as something of another workspace",
      },
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/acme|routes\.o/);
  });

  test("but what nobody claimed", async () => {
    expect((await put(OTHER, claim("host: globex.example, path: /checkout"))).status).toBe(200);
  });
});
