// The whole loop from outside, over HTTP alone: an installation is set up, a release goes bad, somebody complains, traffic goes
// back by itself, the team answers, and the reporter hears it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  Action,
  Feedback,
  FeedbackReceipt,
  FeedbackReport,
  Finding,
  IssueDetail,
  Page,
  SettingsView,
} from "@holdfast/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json, type SmallServer, serve } from "../../apps/holdfast/demo/http-server.ts";
import { type MailSink, startMailSink } from "../../apps/holdfast/demo/mail-sink.ts";
import { eventually } from "../process/eventually.ts";
import { type HoldfastProcess, startHoldfastProcess } from "../process/holdfast.ts";
import { firstAdmin, type Member } from "../process/team.ts";

/** Callers stay with one release; `a` is with v1 and `b` with v2 while both get half of the traffic. */
const KEYS = { a: "hf_story_a_0123456789abcdef", b: "hf_story_b_0123456789abcdef" };
const ORIGIN = "https://shop.example.com";

let data_dir: string;
let holdfast: HoldfastProcess;
let ada: Member;
let mail: MailSink;
let v1: SmallServer;
let v2: SmallServer;
let v2_fails = false;

beforeAll(async () => {
  data_dir = await mkdtemp(join(tmpdir(), "holdfast-story-"));
  v1 = await serve({ host: "127.0.0.1", port: 0 }, async () => json(200, { version: "v1" }));
  v2 = await serve({ host: "127.0.0.1", port: 0 }, async () => json(v2_fails ? 500 : 200, { version: "v2" }));
  mail = await startMailSink();
  holdfast = await startHoldfastProcess({ data_dir, cwd: data_dir });
});

afterAll(async () => {
  await holdfast.stop();
  await Promise.all([v1.close(), v2.close(), mail.close()]);
  await rm(data_dir, { recursive: true });
});

const settings = (): string => `holdfast: 1
allow_literal_secrets: true
services:
  orders:
    releases:
      v1: { upstreams: [http://127.0.0.1:${v1.port}] }
      v2: { upstreams: [http://127.0.0.1:${v2.port}] }
routes:
  orders:
    match: { path: /orders/** }
    to: orders
    split: { v1: 50%, v2: 50% }
    rollback: { against: v1, over: 5%, window: 1m, least_calls: 20, automatic: true }
    access: api-key
consumers: { a: { keys: [${KEYS.a}] }, b: { keys: [${KEYS.b}] } }
sites: { shop: { origins: [${ORIGIN}], replies_from: support@example.com } }
mail: { smtp: smtp://127.0.0.1:${mail.port}, from: holdfast@example.com }
`;

function pay(key = KEYS.b): Promise<Response> {
  return fetch(`${holdfast.gateway}/orders/pay`, { method: "POST", headers: { "x-api-key": key }, body: "{}" });
}

async function payManyTimes(count: number): Promise<void> {
  for (let done = 0; done < count; done++) await (await pay(done % 2 ? KEYS.a : KEYS.b)).arrayBuffer();
}

/** Calls until one was answered with this status; the reference of that call. */
async function payUntil(status: number): Promise<string> {
  return eventually(`a payment with status ${status}`, async () => {
    const response = await pay();
    await response.arrayBuffer();
    return response.status === status ? (response.headers.get("x-holdfast-ref") ?? "") : undefined;
  });
}

test("the first admin is made with the link of the first start, once", async () => {
  ada = await firstAdmin(holdfast);
  expect((await ada.call("GET", "/me")).body).toMatchObject({
    name: "Ada",
    workspaces: [{ name: "default", role: "admin" }],
  });
  await expect(firstAdmin(holdfast)).rejects.toThrow(/not let in: 409/);
});

test("settings are in force when they are acknowledged; bad ones are refused with their place", async () => {
  expect((await pay()).status).toBe(404);
  const view = await ada.in<SettingsView>("PUT", "/settings", { text: settings() });
  expect(view).toMatchObject({ source: "api", version: 1, problems: [] });
  expect(view.text).not.toContain(KEYS.a);
  expect((await pay()).status).toBe(200);
  expect((await pay("hf_story_wrong_0123456789")).status).toBe(401);

  const refused = await ada.call("PUT", "/workspaces/default/settings", {
    text: settings().replace("v2: 50%", "v2: 5%"),
  });
  expect(refused).toMatchObject({
    status: 422,
    body: { code: "settings_invalid", errors: [{ path: "routes.orders.split", line: 12 }] },
  });
  expect((await pay()).status).toBe(200);
});

let reference: string;
let receipt: FeedbackReceipt;

test("somebody meets the bad release and says so", async () => {
  await payManyTimes(60);
  v2_fails = true;
  reference = await payUntil(500);
  const response = await fetch(`${holdfast.public}/api/feedback`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: ORIGIN },
    body: JSON.stringify({
      site: "shop",
      message: "I cannot pay. My card is 4111 1111 1111 1111",
      references: [reference],
      reporter: { email: "grace@example.com" },
    }),
  });
  expect(response.status).toBe(201);
  receipt = (await response.json()) as FeedbackReceipt;
  expect(receipt).toMatchObject({ status: "received", references_accepted: 1 });
});

test("traffic goes back to v1 by itself, with the evidence", async () => {
  const action = await eventually(
    "a rollback",
    async () => {
      await payManyTimes(10);
      return (await ada.in<Page<Action>>("GET", "/actions")).items[0];
    },
    30_000,
  );
  expect(action).toMatchObject({ subject: "routes.orders", after: { v1: 1, v2: 0 }, actor: { kind: "system" } });
  for (let count = 0; count < 30; count++) expect((await pay()).status).toBe(200);
  const [finding] = (await ada.in<Page<Finding>>("GET", "/findings")).items;
  expect(finding).toMatchObject({ detector: "error_ratio", release: "v2", baseline: "v1" });
  expect(finding?.errors).toBeGreaterThan(0);
});

let issue: IssueDetail;

test("the complaint is linked to its call and shares one issue with the finding", async () => {
  const feedback = await eventually("the feedback in an issue", async () => {
    const [first] = (await ada.in<Page<Feedback>>("GET", "/feedback")).items;
    return first?.issue_id ? first : undefined;
  });
  expect(feedback.calls).toMatchObject([
    { found: true, failed: true, status: 500, release: "v2", subject: "routes.orders" },
  ]);
  expect(feedback.message).not.toContain("4111");
  issue = await ada.in<IssueDetail>("GET", `/issues/${feedback.issue_id}`);
  expect(issue).toMatchObject({ voices: 1, release: "v2", subject: "routes.orders", findings: [{ release: "v2" }] });
});

test("the reporter hears that it is resolved, on the page and by mail", async () => {
  await ada.in("PATCH", `/issues/${issue.id}`, { status: "resolved", tell: "We took the new version back." });
  const report = await eventually("the report says resolved", async () => {
    const response = await fetch(`${holdfast.public}/api/feedback/${receipt.id}?token=${receipt.token}`);
    const read = (await response.json()) as FeedbackReport;
    return read.status === "resolved" && read;
  });
  expect(report.history.at(-1)).toMatchObject({ status: "resolved", note: "We took the new version back." });
  const told = await eventually("the mail", () =>
    mail.mails().find(({ text }) => text.includes("We took the new version back.")),
  );
  expect(told.to).toBe("grace@example.com");
  const wrong = await fetch(`${holdfast.public}/api/feedback/${receipt.id}?token=wrong`);
  expect(wrong.status).toBe(404);
});

test("nothing secret is in the log, and the process ends cleanly", async () => {
  expect(holdfast.output()).not.toContain("hf_story_");
  expect(holdfast.output()).not.toContain("4111 1111");
  expect(await holdfast.stop()).toBe(0);
});
