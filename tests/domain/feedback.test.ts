import { describe, expect, test } from "vitest";
import { ACME, FAILED, LENA, startWorld } from "./world.ts";

describe("receiving", () => {
  test("a repeated post gets the same receipt and is stored once", async () => {
    const { say, feedback, changes } = await startWorld();
    const first = await say("It fails", { idempotency_key: "one-click" });
    const again = await say("It fails", { idempotency_key: "one-click" });
    expect(again).toEqual(first);
    expect(await feedback.countNew(ACME)).toBe(1);
    expect(changes).toEqual(["feedback"]);
    await expect(say("Another thing", { idempotency_key: "one-click" })).rejects.toMatchObject({ code: "conflict" });
  });

  test("only the token opens the report, and an id without it says nothing", async () => {
    const { say, feedback } = await startWorld();
    const one = await say("My mail is lena@example.com");
    const two = await say("Other");
    expect(await feedback.report(ACME, one.id, one.token)).toMatchObject({
      message: "My mail is [hidden]",
      status: "received",
      history: [{ status: "received", note: null }],
    });
    for (const [workspace, id, token] of [
      [ACME, one.id, two.token],
      [ACME, one.id, ""],
      ["other", one.id, one.token],
      [ACME, "0190a5c4-0000-7000-8000-000000000000", one.token],
    ] as const) {
      await expect(feedback.report(workspace, id, token)).rejects.toMatchObject({ code: "not_found" });
    }
  });

  test("what only the reporter may know is in no list and no page", async () => {
    const { say, feedback } = await startWorld();
    const { id, token } = await say("It fails", { idempotency_key: "one-click" });
    const shown = JSON.stringify([
      await feedback.get(ACME, id),
      await feedback.list(ACME, { state: "all" }, { limit: 10 }),
    ]);
    expect(shown).toContain("It fails");
    expect(shown).not.toContain(token);
    expect(shown).not.toMatch(/token_hash|idempotency_key|one-click/);
  });

  test("an address hears of its first report, and is not flooded by more", async () => {
    const { say, work, sent, clock } = await startWorld();
    for (let count = 0; count < 5; count++) await say(`Report ${count}`, { reporter: { email: "victim@x.example" } });
    await work();
    expect(sent.map(({ subject }) => subject)).toEqual(["We have your report"]);
    await clock.advance(3_600_000);
    await say("Later", { reporter: { email: "victim@x.example" } });
    await work();
    expect(sent).toHaveLength(2);
  });
});

describe("linking", () => {
  test("records that are late are waited for, then found", async () => {
    const { say, work, feedback, lateCall, clock } = await startWorld();
    const call = lateCall(FAILED);
    const { id } = await say("It fails", { references: [call.reference] });
    await work();
    expect(await feedback.get(ACME, id)).toMatchObject({ issue_id: null, calls: [{ found: false }] });
    call.arrive();
    await clock.advance(1_000);
    await work();
    expect(await feedback.get(ACME, id)).toMatchObject({
      joined_because: "1 of its calls failed on orders@v2, and no open issue is about that.",
      calls: [
        { found: true, failed: true, path: "/orders/pay", release: "v2", status: 502, outcome: "upstream_error" },
      ],
    });
  });

  test("records that never come are given up, and the feedback waits for a person", async () => {
    const { say, work, feedback, lateCall, clock } = await startWorld();
    const { id } = await say("It fails", { references: [lateCall(FAILED).reference] });
    await clock.advance(121_000);
    expect(await feedback.link(ACME, id)).toBe("linked");
    expect(await work()).toEqual(["feedback.link"]);
    expect(await feedback.get(ACME, id)).toMatchObject({ issue_id: null, calls: [{ found: false }] });
    expect(await feedback.countNew(ACME)).toBe(1);
  });

  test("a call that went well opens nothing", async () => {
    const { say, work, feedback, issues, call } = await startWorld();
    const { id } = await say("I would like it blue", { references: [call().reference] });
    await work();
    expect(await feedback.get(ACME, id)).toMatchObject({ issue_id: null, calls: [{ found: true, failed: false }] });
    expect(await issues.countOpen(ACME)).toBe(0);
  });

  test("a call of another workspace is no evidence, even with its genuine reference", async () => {
    const { say, call } = await startWorld();
    const { references_accepted } = await say("x", { references: [call({ ...FAILED, workspace: "other" }).reference] });
    expect(references_accepted).toBe(0);
  });

  test("where a person put it, it stays", async () => {
    const { say, work, feedback, issues, call } = await startWorld();
    const { id } = await say("It fails", { references: [call(FAILED).reference] });
    const chosen = await issues.joinFeedback(ACME, id, { title: "Lena's" }, LENA);
    await work();
    expect(await feedback.get(ACME, id)).toMatchObject({ issue_id: chosen.id, joined_because: "Put here by Lena." });
    expect(await issues.countOpen(ACME)).toBe(1);
  });

  test("doing the job twice changes nothing", async () => {
    const { say, work, feedback, issues, call } = await startWorld();
    const { id } = await say("It fails", { references: [call(FAILED).reference] });
    await work();
    const before = await feedback.get(ACME, id);
    expect(await feedback.link(ACME, id)).toBe("linked");
    expect(await feedback.get(ACME, id)).toEqual(before);
    expect(await issues.events(ACME, before.issue_id as string)).toHaveLength(2);
  });

  test("a failure that comes back after it was resolved is a new issue", async () => {
    const { say, work, issues, call } = await startWorld();
    await say("It fails", { references: [call(FAILED).reference] });
    await work();
    const [old] = (await issues.list(ACME, { state: "open" }, { limit: 10 })).items;
    await issues.patch(ACME, old?.id as string, { status: "resolved" }, LENA, () => undefined);
    await say("Again", { references: [call(FAILED).reference] });
    await work();
    const { items } = await issues.list(ACME, { state: "open" }, { limit: 10 });
    expect(items).toMatchObject([{ number: 2, voices: 1 }]);
  });
});
