// The jobs that end in a mail, taken twice, too late, or without anybody to write to.
import { createMailHandlers, type Message } from "@holdfast/comms";
import type { Job } from "@holdfast/contract";
import { expect, test } from "vitest";
import { ACME, LENA, startWorld, type World } from "./world.ts";

const nobody = () => undefined;

async function dueJobs({ store, clock }: World): Promise<Job[]> {
  await clock.advance(60_000);
  return await store.jobs.take(clock.now(), 1_000, 100);
}

async function resolvedReport(world: World, email: string | undefined): Promise<void> {
  const { say, issues, work } = world;
  const { id } = await say("It fails", { reporter: email === undefined ? {} : { email } });
  await work();
  const issue = await issues.joinFeedback(ACME, id, {}, LENA);
  await issues.patch(ACME, issue.id, { status: "resolved" }, LENA, nobody);
}

test("a report without an address has no mail, and its page still says so", async () => {
  const world = await startWorld();
  await resolvedReport(world, undefined);
  expect(await dueJobs(world)).toEqual([]);
  expect(await world.feedback.list(ACME, { state: "all" }, { limit: 1 })).toMatchObject({
    items: [{ status: "resolved" }],
  });
});

test("a job that runs twice because its end was not written down leads to one mail", async () => {
  const world = await startWorld();
  await resolvedReport(world, "ada@x.example");
  const sent: Message[] = [];
  const notifier = { send: async (message: Message) => void sent.push(message), close: nobody };
  const handlers = createMailHandlers({ transact: world.store.transact, notifier: () => notifier, replyTo: nobody });
  const [tell] = await dueJobs(world);
  if (tell?.kind !== "report.tell") throw new Error(`expected report.tell, got ${tell?.kind}`);
  await handlers["report.tell"](tell);
  await handlers["report.tell"](tell);
  await world.store.jobs.done(tell.id);
  const mails = await dueJobs(world);
  expect(mails).toMatchObject([{ kind: "mail.send", payload: { to: "ada@x.example", reply_to: null } }]);
  const [mail] = mails;
  if (mail?.kind !== "mail.send") throw new Error(`expected mail.send, got ${mail?.kind}`);
  await handlers["mail.send"](mail);
  await handlers["mail.send"](mail);
  expect(new Set(sent.map(({ key }) => key))).toEqual(new Set([mail.id]));
});

test("without mail settings nothing is written, and a mail that is left over says why it cannot go", async () => {
  const world = await startWorld();
  await resolvedReport(world, "ada@x.example");
  const handlers = createMailHandlers({ transact: world.store.transact, notifier: nobody, replyTo: nobody });
  const [tell] = await dueJobs(world);
  if (tell?.kind !== "report.tell") throw new Error(`expected report.tell, got ${tell?.kind}`);
  await handlers["report.tell"](tell);
  await world.store.jobs.done(tell.id);
  expect(await dueJobs(world)).toEqual([]);
  const payload = { to: "ada@x.example", subject: "s", text: "t", reply_to: null };
  const mail = { ...tell, kind: "mail.send" as const, payload };
  await expect(handlers["mail.send"](mail)).rejects.toThrow("no mail settings");
});
