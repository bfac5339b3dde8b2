// The jobs that end in a mail, taken twice, too late, or without anybody to write to.
import { createMailHandlers, type Message } from "@holdfast/comms";
import type { IssuePatch, Job } from "@holdfast/contract";
import { expect, test } from "vitest";
import { ACME, LENA, startWorld, type World } from "./world.ts";

const nobody = () => undefined;
const quiet = { send: async () => undefined, close: nobody };

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

test("a slip of the hand that is taken back at once goes unheard, and what stands in the end is told once", async () => {
  const world = await startWorld();
  const { say, issues, work } = world;
  const { id } = await say("It fails", { reporter: { email: "ada@x.example" } });
  await work();
  const issue = await issues.joinFeedback(ACME, id, {}, LENA);
  const become = async (...statuses: IssuePatch["status"][]) => {
    for (const status of statuses) await issues.patch(ACME, issue.id, { status }, LENA, nobody);
  };
  const handlers = createMailHandlers({ transact: world.store.transact, notifier: () => quiet, replyTo: nobody });
  const texts: string[] = [];
  const told = async () => {
    for (const job of await dueJobs(world)) {
      if (job.kind === "report.tell") await handlers["report.tell"](job);
      await world.store.jobs.done(job.id);
      await world.clock.advance(1);
    }
    const mails = (await dueJobs(world)).filter((job) => job.kind === "mail.send");
    for (const mail of mails) await world.store.jobs.done(mail.id);
    texts.push(...mails.map(({ payload }) => payload.text));
    return mails.map(({ payload }) => payload.subject);
  };
  await told();
  await become("investigating", "new");
  expect(await told()).toEqual([]);
  await become("fixing", "new", "fixing");
  expect(await told()).toEqual(["We are fixing what you reported"]);
  await become("resolved", "fixing");
  expect(await told()).toEqual([]);
  await become("resolved");
  expect(await told()).toEqual(["What you reported is fixed"]);
  const defer = (reason: string) => issues.patch(ACME, issue.id, { status: "deferred", reason }, LENA, nobody);
  await become("fixing");
  await defer("Not this year.");
  await become("fixing");
  await defer("Planned for March.");
  expect(await told()).toEqual(["Your report has to wait"]);
  expect(texts.at(-1)).toContain("Planned for March.");
});
