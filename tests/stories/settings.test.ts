// Settings from text to plan, over a real store and real files: applied, refused, restarted, broken, watched.
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failed, idSource, type Log, ok, Problem, referenceKey, systemClock } from "@holdfast/base";
import { type Plan, SYSTEM } from "@holdfast/contract";
import { createPlanKeeper, createPlanManager, type ManagedPlans, watchSettings } from "@holdfast/control";
import { openStore, type Store } from "@holdfast/storage";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const master_key = new Uint8Array(32).fill(7);
const log_lines: string[] = [];
const say = (fields: Record<string, unknown>, message: string): void => {
  log_lines.push(`${message} ${JSON.stringify(fields)}`);
};
const log: Log = { debug: say, info: say, warn: say, error: say };

const SHOP = `holdfast: 1
services: { orders: { releases: { v1: { upstreams: [http://127.0.0.1:1] }, v2: { upstreams: [http://127.0.0.1:2] } } } }
routes: { orders: { match: { path: /orders/** }, to: orders, split: { v1: 90%, v2: 10% }, access: public } }
consumers: { web: { keys: ["\${env:KEY}"] } }
`;

let folder: string;
let store: Store;
let deployed: Plan[];
let variables: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-settings-"));
  store = await openStore({ url: "sqlite::memory:", clock: systemClock, ids: idSource() });
  deployed = [];
  variables = { KEY: "0123456789abcdef" };
  log_lines.length = 0;
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

function manager(): ManagedPlans {
  return createPlanManager({
    clock: systemClock,
    ids: idSource(),
    log,
    live: { changed: () => undefined },
    transact: store.transact,
    workspaces: {
      list: () => store.directory(async ({ workspaces }) => (await workspaces.list()).map(({ name }) => name)),
      ensure: (name) =>
        store.directory(async ({ workspaces }) => void (await workspaces.add({ name, created_at: systemClock.now() }))),
    },
    keeper: createPlanKeeper({ path: join(folder, "plan.sealed"), master_key }),
    deploy: async (plan) => void deployed.push(plan),
    secrets: () => ({
      env: (name) => (variables[name] ? ok(variables[name]) : failed(`environment variable ${name} is not set`)),
      file: () => failed("no files here"),
    }),
    provider_urls: {},
    reference_key: (workspace) => referenceKey(master_key, workspace),
    applied: async () => undefined,
  });
}

async function started(file?: { name: string; text: string }): Promise<ManagedPlans> {
  const plans = manager();
  await plans.start(file);
  return plans;
}

/** The errors of the Problem that `work` rejects with. */
async function refusal(work: Promise<unknown>): Promise<{ code: string; paths: string[] }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem)
      return { code: error.code, paths: (error.details.errors ?? []).map(({ path }) => path) };
    throw error;
  }
  throw new Error("was not refused");
}

describe("through the API", () => {
  test("a good document is in force at once, a bad one changes nothing and stays in the view", async () => {
    const plans = await started();
    const view = await plans.applySettings("default", SHOP, SYSTEM);
    expect(view).toMatchObject({ source: "api", version: 1, problems: [] });
    expect(plans.current().routes.map(({ subject }) => subject)).toEqual(["routes.orders"]);
    expect(deployed.at(-1)).toBe(plans.current());

    const bad = SHOP.replace("to: orders", "to: order");
    expect(await refusal(plans.applySettings("default", bad, SYSTEM))).toEqual({
      code: "settings_invalid",
      paths: ["routes.orders.to"],
    });
    expect((await plans.settingsView("default")).problems).toHaveLength(1);
    expect(plans.current().number).toBe(view.plan);
    expect(await store.transact("default", ({ settings }) => settings.list(10))).toHaveLength(1);
    const trail = await store.transact("default", ({ audit }) => audit.list({ limit: 10 }));
    expect(trail.items.map(({ what }) => what)).toEqual(["settings.apply"]);
  });

  test("checking applies nothing", async () => {
    const plans = await started();
    expect(await plans.check("default", SHOP)).toEqual([]);
    expect(await plans.check("default", SHOP.replace("10%", "20%"))).toMatchObject([{ path: "routes.orders.split" }]);
    expect(plans.current().routes).toEqual([]);
  });

  test("what another workspace already serves is refused, without naming it", async () => {
    const plans = await started();
    await plans.applySettings("acme", SHOP, SYSTEM);
    const copy = SHOP.replace("consumers: { web", "consumers: { secret_name");
    const refused = await plans.applySettings("beta", copy, SYSTEM).catch((error: unknown) => error);
    if (!(refused instanceof Problem)) throw new Error("was not refused");
    expect(refused.details.errors?.map(({ path }) => path)).toEqual([
      "routes.orders.match",
      "consumers.secret_name.keys.0",
    ]);
    expect(JSON.stringify(refused.details)).not.toContain("acme");
  });
});

describe("shifted traffic", () => {
  test("is what the plan carries, also after a restart; what the settings declare is still known", async () => {
    const plans = await started();
    await plans.applySettings("default", SHOP, SYSTEM);
    const action_id = idSource()();
    await store.transact("default", ({ actions }) =>
      actions.saveOverride({
        subject: "routes.orders",
        holds: "traffic",
        weights: { v1: 1, v2: 0 },
        closed: ["v2"],
        action_id,
      }),
    );
    const number = await plans.recompile("v2 is bad", "default");
    const traffic = { weights: { v1: 1, v2: 0 }, declared: { v1: 0.9, v2: 0.1 } };
    const served = { enabled: true, enabled_declared: true, switch_id: undefined };
    const shifted = { ...traffic, action_id, ...served, closed: ["v2"], picked: [] };
    expect(plans.subject("default", "routes.orders")).toEqual(shifted);

    const again = await started();
    expect(again.subject("default", "routes.orders")).toEqual(shifted);
    expect(again.current().number).toBe(number);
  });
});

describe("at start", () => {
  test("the same settings make the same plan, with the same number", async () => {
    const first = await started({ name: "holdfast.yaml", text: SHOP });
    const second = await started({ name: "holdfast.yaml", text: SHOP });
    expect(second.current()).toEqual(first.current());
    expect(await store.transact("default", ({ settings }) => settings.list(10))).toHaveLength(1);
  });

  test("a broken file leaves the last accepted settings in force", async () => {
    await started({ name: "holdfast.yaml", text: SHOP });
    const plans = await started({ name: "holdfast.yaml", text: "holdfast: 1\nrutes: {}" });
    expect(plans.current().routes).toHaveLength(1);
    expect((await plans.settingsView("default")).problems).toMatchObject([{ path: "rutes", line: 2 }]);
    expect(log_lines.join("\n")).toContain("holdfast.yaml:2:1 rutes: is not a known setting");
  });

  test("a secret that is gone leaves the sealed plan in force", async () => {
    const first = await started({ name: "holdfast.yaml", text: SHOP });
    variables = {};
    const plans = await started({ name: "holdfast.yaml", text: SHOP });
    expect(plans.current()).toEqual(first.current());
    expect(await readFile(join(folder, "plan.sealed"), "latin1")).not.toContain("routes.orders");
  });

  test("a sealed plan that somebody changed is not used, and said so", async () => {
    await started({ name: "holdfast.yaml", text: SHOP });
    const path = join(folder, "plan.sealed");
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    await writeFile(path, bytes);
    variables = {};
    const plans = await started({ name: "holdfast.yaml", text: SHOP });
    expect(plans.current().routes).toEqual([]);
    expect(log_lines.join("\n")).toContain("the kept plan cannot be used");
  });
});

describe("from a file", () => {
  test("the file governs its workspace and no other", async () => {
    const plans = await started({ name: "holdfast.yaml", text: SHOP });
    expect((await refusal(plans.applySettings("default", SHOP, SYSTEM))).code).toBe("settings_from_file");
    expect(await plans.applySettings("other", "holdfast: 1", SYSTEM)).toMatchObject({ source: "api" });
  });

  test("a saved file is applied, also when the editor replaces it, and a bad one is not", async () => {
    const path = join(folder, "holdfast.yaml");
    await writeFile(path, SHOP);
    const plans = await started({ name: "holdfast.yaml", text: SHOP });
    const applied: boolean[] = [];
    const stop = watchSettings({
      path,
      text: SHOP,
      clock: systemClock,
      log,
      on_change: async (text) => void applied.push(await plans.applyFile({ name: "holdfast.yaml", text })),
    });
    await writeFile(path, SHOP.replace("90%", "80%").replace("10%", "20%"));
    await expect.poll(() => plans.subject("default", "routes.orders")?.declared).toEqual({ v1: 0.8, v2: 0.2 });
    await writeFile(`${path}.swp`, SHOP.replace("90%", "70%"));
    await rename(`${path}.swp`, path);
    await expect.poll(() => applied).toEqual([true, false]);
    expect(plans.subject("default", "routes.orders")?.declared).toEqual({ v1: 0.8, v2: 0.2 });
    stop();
  });
});
