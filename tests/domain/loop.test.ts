// The loop in small: voices and machines meet in one issue, traffic moves, reporters hear.
import { expect, test } from "vitest";
import { ACME, FAILED, LENA, seenNow, startWorld } from "./world.ts";

test("voices first: a finding joins their issue, traffic goes back by itself, and both reporters hear that it is fixed", async () => {
  const world = await startWorld();
  const { clock, feedback, issues, incidents } = world;
  const slow = await world.say("Paying hangs", {
    references: [world.call(FAILED).reference, world.call().reference],
    reporter: { name: "Ada", email: "ada@reporters.example" },
  });
  const red = await world.say("There is a red box", {
    references: [world.call({ ...FAILED, path: "/orders/17" }).reference],
    reporter: { email: "bo@reporters.example" },
  });
  await world.work();
  const [first, second] = [await feedback.get(ACME, slow.id), await feedback.get(ACME, red.id)];
  expect(first.joined_because).toBe("1 of its calls failed on orders@v2, and no open issue is about that.");
  expect(second.joined_because).toBe("1 of its calls failed like those of 1 other report on orders@v2.");
  expect(second.issue_id).toBe(first.issue_id);

  await clock.advance(60_000);
  const { finding, action } = await incidents.observe(ACME, seenNow(clock));
  expect(finding.issue_id).toBe(first.issue_id);
  expect(action).toMatchObject({ after: { v1: 1, v2: 0 }, actor: { kind: "system" }, plan: 2 });

  const issue = await issues.get(ACME, finding.issue_id as string);
  expect(issue).toMatchObject({
    title: "POST /orders/pay fails on orders@v2",
    number: 1,
    severity: 2,
    voices: 2,
    findings: 1,
    status: "new",
  });
  const events = await issues.events(ACME, issue.id);
  expect(events.map(({ kind }) => kind)).toEqual(["created", "voice", "voice", "finding", "severity", "change"]);
  expect(events.at(-1)?.text).toBe(`orders: v1 90 % → 100 %, v2 10 % → 0 %. ${finding.sentence}`);

  world.sent.splice(0);
  await issues.patch(ACME, issue.id, { status: "resolved", tell: "Version 2 is gone." }, LENA, () => undefined);
  expect((await feedback.report(ACME, slow.id, slow.token)).history.map(({ status, note }) => [status, note])).toEqual([
    ["received", null],
    ["resolved", "Version 2 is gone."],
  ]);
  await clock.advance(10_000);
  await world.work();
  const mails = world.sent.toSorted((a, b) => a.to.localeCompare(b.to));
  expect(mails.map(({ to, subject, reply_to }) => [to, subject, reply_to])).toEqual([
    ["ada@reporters.example", "What you reported is fixed", "support@shop.example"],
    ["bo@reporters.example", "What you reported is fixed", "support@shop.example"],
  ]);
  expect(mails[0]?.text).toContain("Hello Ada,");
  expect(mails[0]?.text).toContain("Version 2 is gone.");
});

test("a finding first: a voice joins it and says which calls failed like its own", async () => {
  const world = await startWorld();
  world.plan.rollback.automatic = false;
  const { finding, because } = await world.incidents.observe(ACME, seenNow(world.clock));
  expect(because).toBe("Rolling back by itself is not switched on here.");
  const said = await world.say("???", { references: [world.call(FAILED).reference, world.call(FAILED).reference] });
  await world.work();
  expect(await world.feedback.get(ACME, said.id)).toMatchObject({
    issue_id: finding.issue_id,
    joined_because: "2 of its calls failed like the 41 calls of the finding on orders@v2.",
  });
  expect(await world.issues.get(ACME, finding.issue_id as string)).toMatchObject({
    title: "orders@v2 fails more often than orders@v1",
    voices: 1,
    findings: 1,
  });
});
