// From failing calls to a first page that says so: detection, finding, issue, rollback by hand, and what each page reads.
import { Problem } from "@holdfast/base";
import { startDetection } from "@holdfast/control";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN_TOKEN, FAILED, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const as = ADMIN_TOKEN;
const read = async (path: string) => {
  const answer = await world.control("get", `/api/v1/workspaces/acme${path}`, { as });
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.json();
};
const calls = (release: string, count: number, fields: object = {}) =>
  Array.from({ length: count }, () => ({ release, ...fields }));

/** Waits for what a background loop brings about. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const { clock } = world.services;
  for (let waited_ms = 0; waited_ms < 10_000; waited_ms += 50) {
    const found = await look();
    if (found !== undefined) return found;
    await clock.sleep(50);
  }
  throw new Error("waited in vain");
}

test("before any call everything holds, and pages are empty rather than broken", async () => {
  expect((await read("/overview")).headline).toEqual({
    level: "quiet",
    title: "Everything holds",
    sentence: "No calls in the last hour.",
  });
  expect(await read("/tide")).toMatchObject({ subject: "routes.orders", series: [], voices: [], alert_ratio: 0.05 });
  const [orders] = (await read("/subjects")).items;
  expect(orders).toMatchObject({ address: "/orders/**", rollback: { against: "v1" }, shifted: null });
});

test("healthy calls are quiet, with their pace and error share", async () => {
  await world.record([...calls("v1", 400), ...calls("v1", 2, FAILED), ...calls("v2", 60)]);
  const { headline, subjects } = await read("/overview");
  expect(headline.level).toBe("quiet");
  expect(headline.sentence).toMatch(/^Everything holds: 9[0-9] calls a minute, 0.43 % errors in the last hour\.$/);
  expect(subjects[0].releases.map(({ name, calls, errors }: Record<string, unknown>) => [name, calls, errors])).toEqual(
    [
      ["v1", 402, 2],
      ["v2", 60, 0],
    ],
  );
  expect(subjects[0].sparkline.at(-1) ?? subjects[0].sparkline.at(-2)).toBeCloseTo(2 / 462);
});

test("a release that fails becomes one finding, one issue and the first line of the first page", async () => {
  const [failed] = await world.record([...calls("v2", 40, FAILED), ...calls("v2", 100)]);
  const detection = startDetection(world.services);
  const finding = await until(async () => (await read("/findings")).items[0]);
  // Further looks see the same and say nothing new.
  await world.services.clock.sleep(4_500);
  await detection.stop();
  expect((await read("/findings")).items).toHaveLength(1);
  expect(finding).toMatchObject({ subject: "routes.orders", release: "v2", baseline: "v1", errors: 40, calls: 200 });

  const { reference } = await read(`/calls/${failed}`);
  const sent = await world.public("post", "/api/feedback", {
    body: { site: "shop", message: "My order fails", references: [reference] },
  });
  await world.services.feedback.link("acme", (await sent.json()).id);

  const { headline, needs, counts } = await read("/overview");
  expect(headline).toMatchObject({ level: "bad", title: "orders@v2 is failing" });
  const told = /^orders@v2 raised errors to (\d+) % from \{time:(\d+)\}; 1 person wrote\.$/.exec(headline.sentence);
  // The worst minute is at least as bad as the whole window, and the trouble began inside it.
  expect(Number(told?.[1])).toBeGreaterThanOrEqual(20);
  expect(Number(told?.[2])).toBeGreaterThanOrEqual(finding.window_from);
  expect(Number(told?.[2])).toBeLessThan(finding.window_until);
  expect(needs[0]).toMatchObject({ kind: "release", id: "routes.orders", level: "bad" });
  expect(counts).toEqual({ inbox: 0, issues: 1 });
});

test("after the rollback it says so, and the tide shows calls, voice and change on one axis", async () => {
  const body = { roll_back_to: "v1", why: "v2 fails" };
  const path = "/api/v1/workspaces/acme/subjects/routes.orders/shift";
  const action = await (await world.control("post", path, { as, body })).json();
  expect(action.after).toEqual({ v1: 1, v2: 0 });

  const { headline, needs } = await read("/overview");
  expect(headline.level).toBe("warn");
  expect(headline.title).toBe("orders@v2 was taken out");
  expect(headline.sentence).toMatch(/1 person wrote; all traffic went back at \{time:\d+\}\.$/);
  expect(needs.map(({ kind }: { kind: string }) => kind)).toEqual(["issue"]);

  const tide = await read("/tide");
  expect(tide).toMatchObject({ subject: "routes.orders", step_ms: 30_000 });
  const errorsOf = (release: string) =>
    tide.series
      .find((series: { release: string }) => series.release === release)
      .points.reduce((sum: number, [, , errors]: number[]) => sum + (errors ?? 0), 0);
  expect([errorsOf("v1"), errorsOf("v2")]).toEqual([2, 40]);
  expect(tide.voices).toMatchObject([{ text: "My order fails" }]);
  expect(tide.changes.at(-1)).toMatchObject({ kind: "action", label: "all traffic back to orders@v1 by Admin token" });

  const [orders] = (await read("/subjects")).items;
  expect(orders.shifted.id).toBe(action.id);
  expect(orders.releases[1]).toMatchObject({ name: "v2", weight: 0, declared_weight: 0.1, voices: 1 });

  const issue = (await read("/issues")).items[0];
  const detail = await read(`/issues/${issue.id}`);
  expect(detail).toMatchObject({ findings: [{ release: "v2" }], feedback: [{ message: "My order fails" }] });
});

test("without the store of calls the first page still answers, and detection holds, saying so once", async () => {
  const { calls: store } = world.services;
  const down = () => Promise.reject(new Problem("telemetry_unavailable"));
  const { measures } = store;
  store.measures = down;
  const { headline, counts } = await read("/overview");
  expect(headline).toMatchObject({ level: "warn", title: "Calls cannot be seen" });
  expect(counts.issues).toBe(1);
  expect((await world.control("get", "/api/v1/workspaces/acme/tide", { as })).status).toBe(503);

  const detection = startDetection(world.services);
  await world.services.clock.sleep(4_500);
  await detection.stop();
  store.measures = measures;
  expect(world.log_lines.filter((line) => line.includes("detection holds"))).toHaveLength(1);
});

test("undone, the release gets its traffic again, and is news again", async () => {
  const [action] = (await read("/actions")).items;
  const undone = await world.control("post", `/api/v1/workspaces/acme/actions/${action.id}/undo`, { as });
  expect((await undone.json()).after).toEqual({ v1: 0.9, v2: 0.1 });
  expect((await read("/overview")).headline.title).toBe("orders@v2 is failing");
});
