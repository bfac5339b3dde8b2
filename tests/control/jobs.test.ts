// Jobs over the real queue: woken by the commit that asked for them, and patient with calls that are still on their way.
import { idSource, referenceKey, signReference, systemClock } from "@holdfast/base";
import { createMailHandlers } from "@holdfast/comms";
import { createJobHandlers, type JobRunner, startJobs, wakeAfter } from "@holdfast/control";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN_TOKEN, FAILED, startWorld, type World } from "./world.ts";

let world: World;
let runner: JobRunner;
beforeAll(async () => {
  world = await startWorld();
  const { services } = world;
  const mail = createMailHandlers({ ...services, notifier: () => undefined, replyTo: () => undefined });
  const handlers = createJobHandlers({ feedback: services.feedback, mail });
  const { jobs: queue, clock, log, random } = services;
  runner = startJobs({ queue, handlers, clock, log, random });
});
afterAll(async () => {
  await runner.stop();
  await world.stop();
});

test("a voice that is faster than the record of its call is linked when the record arrives", async () => {
  const id = idSource()();
  const key = world.services.plans.current().reference_keys.acme ?? "";
  const reference = signReference(Buffer.from(key, "base64url"), id);
  const body = { site: "shop", message: "It failed", references: [reference] };
  const receipt = await (await world.public("post", "/api/feedback", { body })).json();
  runner.wake();
  await systemClock.sleep(300);
  const read = async () =>
    (await world.control("get", `/api/v1/workspaces/acme/feedback/${receipt.id}`, { as: ADMIN_TOKEN })).json();
  expect((await read()).calls).toMatchObject([{ call_id: id, found: false }]);

  await world.record([{ id, release: "v2", ...FAILED }]);
  for (let waited = 0; waited < 100 && (await read()).issue_id === null; waited++) await systemClock.sleep(50);
  const linked = await read();
  expect(linked.calls).toMatchObject([{ found: true, failed: true, release: "v2" }]);
  expect(linked.issue_id).not.toBeNull();
  for (let waited = 0; waited < 50 && (await world.services.jobs.counts()).waiting > 0; waited++)
    await systemClock.sleep(50);
  expect(await world.services.jobs.counts()).toEqual({ waiting: 0, given_up: 0 });
});

test("a reference that another key signed links nothing", async () => {
  const forged = signReference(referenceKey(new Uint8Array(32).fill(1), "acme"), idSource()());
  const body = { site: "shop", message: "It failed", references: [forged] };
  expect(await (await world.public("post", "/api/feedback", { body })).json()).toMatchObject({
    references_accepted: 0,
  });
});

test("a commit with a job wakes the runner; one without, or one that is rolled back, does not", async () => {
  let woken = 0;
  const transact = wakeAfter(world.services.transact, () => woken++);
  const job = { kind: "feedback.link", payload: { feedback_id: "nobody" } } as const;
  await transact("acme", async ({ issues }) => issues.countOpen());
  const refused = transact("acme", async ({ outbox }) => {
    await outbox.add(job);
    throw new Error("no");
  });
  await expect(refused).rejects.toThrow("no");
  expect(woken).toBe(0);
  await transact("acme", ({ outbox }) => outbox.add(job));
  expect(woken).toBe(1);
});

test("what a member of the team writes down for somebody else is theirs on the trail, and has no site", async () => {
  const path = "/api/v1/workspaces/acme/feedback";
  const body = { message: "Said on the phone: invoices are late", reporter: { name: "Mia" } };
  const answer = await world.control("post", path, { as: ADMIN_TOKEN, body });
  const made = await answer.json();
  expect([answer.status, made.channel, made.site]).toEqual([201, "hand", null]);
  const issue = await (await world.control("post", `${path}/${made.id}/issue`, { as: ADMIN_TOKEN, body: {} })).json();
  expect(issue).toMatchObject({ voices: 1 });
  const { items } = await (await world.control("get", "/api/v1/workspaces/acme/audit", { as: ADMIN_TOKEN })).json();
  expect(items.find(({ what }: { what: string }) => what === "feedback.add").actor.name).toBe("Admin token");
});
