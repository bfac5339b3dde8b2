import { describe, expect, test } from "vitest";
import { ACME, FAILED, LENA, seenNow, startWorld } from "./world.ts";

const nobody = () => undefined;
const input = { title: "Checkout is confusing", severity: 3, feedback: [] };

describe("an issue made by a person", () => {
  test("takes the reports it is made from, and what their calls have in common", async () => {
    const { say, work, issues, feedback, call, clock } = await startWorld();
    const { id } = await say("It fails", { category: "bug" });
    const failing = await say("This too", { references: [call(FAILED).reference] });
    const made = await issues.create(ACME, { ...input, feedback: [id, failing.id, id] }, LENA);
    await work();
    expect(made).toMatchObject({ number: 1, category: "bug", voices: 2, subject: null });
    await issues.patch(ACME, made.id, { status: "declined", reason: "x" }, LENA, nobody);
    await clock.advance(1);
    const other = await issues.joinFeedback(ACME, failing.id, { title: "The pay call" }, LENA);
    expect(other).toMatchObject({ number: 2, fingerprint: "failure.1:routes.orders@v2", release: "v2", voices: 1 });
    expect((await issues.events(ACME, made.id)).at(-1)).toMatchObject({
      kind: "voice",
      text: "A report was moved to #2.",
    });
    expect(await feedback.get(ACME, failing.id)).toMatchObject({ issue_id: other.id, status: "received" });
  });

  test("of a report that already has one is another one, which later reports do not join", async () => {
    const { say, work, issues, feedback, call } = await startWorld();
    const first = await say("It fails", { references: [call(FAILED).reference] });
    await say("It fails for me", { references: [call(FAILED).reference] });
    await work();
    const own = await issues.joinFeedback(ACME, first.id, { title: "Something else", severity: 4 }, LENA);
    expect(own).toMatchObject({ number: 2, title: "Something else", severity: 4, fingerprint: null, voices: 1 });
    const later = await say("Me too", { references: [call(FAILED).reference] });
    await work();
    const { issue_id } = await feedback.get(ACME, later.id);
    expect(await issues.get(ACME, issue_id as string)).toMatchObject({ number: 1, voices: 2 });
  });

  test("is refused with a feedback that is not there", async () => {
    const { issues } = await startWorld();
    await expect(issues.create(ACME, { ...input, feedback: ["nothing"] }, LENA)).rejects.toMatchObject({
      code: "invalid_input",
      details: { errors: [{ path: "feedback.0" }] },
    });
    expect(await issues.countOpen(ACME)).toBe(0);
  });

  test("does not exist in another workspace", async () => {
    const { issues } = await startWorld();
    const { id } = await issues.create(ACME, input, LENA);
    await expect(issues.get("other", id)).rejects.toMatchObject({ code: "not_found" });
    await expect(issues.patch("other", id, { severity: 1 }, LENA, nobody)).rejects.toMatchObject({ code: "not_found" });
    await expect(issues.note("other", id, "x", LENA)).rejects.toMatchObject({ code: "not_found" });
  });

  test("a feedback can be put into it, and its reporter learns how far it is", async () => {
    const { say, issues, feedback } = await startWorld();
    const { id } = await issues.create(ACME, input, LENA);
    await issues.patch(ACME, id, { status: "fixing" }, LENA, nobody);
    const said = await say("I do not get it");
    await issues.joinFeedback(ACME, said.id, { issue_id: id }, LENA);
    expect(await feedback.get(ACME, said.id)).toMatchObject({ issue_id: id, status: "fixing" });
    await expect(issues.joinFeedback(ACME, said.id, { issue_id: "none" }, LENA)).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});

describe("working on an issue", () => {
  test("owner, severity and notes are on its timeline and on the audit trail", async () => {
    const { issues, store } = await startWorld();
    const { id } = await issues.create(ACME, input, LENA);
    const people = async (person: string) => (person === "bo" ? { id: "bo", name: "Bo" } : undefined);
    await issues.patch(ACME, id, { owner_id: "bo", severity: 1 }, LENA, people);
    await issues.note(ACME, id, "Looks like the cache.", LENA);
    expect(await issues.get(ACME, id)).toMatchObject({ owner: { id: "bo", name: "Bo" }, severity: 1 });
    const events = await issues.events(ACME, id);
    expect(events.map(({ kind, actor }) => `${kind} by ${actor.name}`)).toEqual([
      "created by Lena",
      "severity by Lena",
      "owner by Lena",
      "note by Lena",
    ]);
    const { items } = await store.transact(ACME, ({ audit }) => audit.list({ limit: 10 }));
    expect(items.map(({ what }) => what).sort()).toEqual(["issue.create", "issue.update"]);
    await expect(issues.patch(ACME, id, { owner_id: "zoe" }, LENA, people)).rejects.toMatchObject({
      details: { errors: [{ path: "owner_id" }] },
    });
  });

  test("a slip of the hand that is taken back at once reaches nobody", async () => {
    const { say, work, issues, feedback, sent, clock } = await startWorld();
    const said = await say("It fails", { reporter: { email: "ada@x.example" } });
    await work();
    sent.splice(0);
    const { id } = await issues.joinFeedback(ACME, said.id, {}, LENA);
    await issues.patch(ACME, id, { status: "declined", reason: "no" }, LENA, nobody);
    await clock.advance(2_000);
    await work();
    await issues.patch(ACME, id, { status: "investigating" }, LENA, nobody);
    await clock.advance(60_000);
    await work();
    expect(sent.map(({ subject }) => subject)).toEqual(["We are looking into your report"]);
    expect(await feedback.get(ACME, said.id)).toMatchObject({ status: "investigating" });
  });

  test("a refused patch leaves nothing behind", async () => {
    const { issues } = await startWorld();
    const { id } = await issues.create(ACME, input, LENA);
    const before = await issues.events(ACME, id);
    await expect(issues.patch(ACME, id, { title: "New", status: "deferred" }, LENA, nobody)).rejects.toMatchObject({
      details: { errors: [{ path: "reason" }] },
    });
    expect(await issues.get(ACME, id)).toMatchObject({ title: input.title, status: "new" });
    expect(await issues.events(ACME, id)).toEqual(before);
  });
});

test("a finding joins once, however often it is handed over", async () => {
  const { incidents, issues, clock, plan } = await startWorld();
  plan.rollback.automatic = false;
  const { finding } = await incidents.observe(ACME, seenNow(clock, { value: 0.7 }));
  const issue = await issues.joinFinding(ACME, finding);
  await issues.joinFinding(ACME, { ...finding, issue_id: null });
  expect(issue).toMatchObject({ id: finding.issue_id, findings: 1, severity: 1, category: "bug" });
  expect((await issues.events(ACME, issue.id)).map(({ kind }) => kind)).toEqual(["created", "finding"]);
  expect(await issues.criticalSince(ACME, 0)).toEqual([{ created_at: clock.now(), resolved_at: null }]);
});
