// Releases from outside, with a real process and its worker threads: traffic is flipped and taken back within a second in every
// worker, rules and a shadow do what they say, and a promotion goes on after the process was killed.
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Action, Finding, Page, Promotion, ShadowSummary, Subject } from "@holdfast/contract";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { json, type SmallServer, serve } from "../../apps/holdfast/demo/http-server.ts";
import { eventually } from "../process/eventually.ts";
import { type HoldfastProcess, startHoldfastProcess } from "../process/holdfast.ts";
import { firstAdmin, type Member, signedIn } from "../process/team.ts";

let data_dir: string;
let holdfast: HoldfastProcess;
let ada: Member;
let v1: SmallServer;
let v2: SmallServer;
let v2_fails = false;
/** What a test that failed left behind would fail the next ones too. */
const callers: Calling[] = [];

beforeAll(async () => {
  data_dir = await mkdtemp(join(tmpdir(), "holdfast-releases-"));
  v1 = await serve({ host: "127.0.0.1", port: 0 }, async () => json(200, { version: "v1" }));
  v2 = await serve({ host: "127.0.0.1", port: 0 }, async () => json(v2_fails ? 500 : 200, { version: "v2" }));
  holdfast = await startHoldfastProcess({ data_dir, cwd: data_dir });
  ada = await firstAdmin(holdfast);
  await ada.in("PUT", "/settings", { text: settings() });
});

afterEach(async () => {
  v2_fails = false;
  await Promise.all(callers.splice(0).map((calling) => calling.stop()));
});

afterAll(async () => {
  await holdfast.stop();
  await Promise.all([v1.close(), v2.close()]);
  await rm(data_dir, { recursive: true });
});

const settings = (): string => `holdfast: 1
services:
  orders:
    releases:
      v1: { upstreams: [http://127.0.0.1:${v1.port}] }
      v2: { upstreams: [http://127.0.0.1:${v2.port}] }
routes:
  orders:
    match: { path: /orders/** }
    to: orders
    split: { v1: 100%, v2: 0% }
    pick: [{ header: { x-canary: "yes" }, release: v2 }]
    sticky: { by: nothing }
    shadow: { to: v2, share: 100%, at_once: 200 }
    promote:
      to: v2
      steps: [{ share: 30%, for: 3s }, { share: 60%, for: 3s }]
      least_calls: 5
    rollback: { against: v1, least_calls: 20 }
    access: public
`;

type Answer = { version: string; id: string };
type Calling = { answers: { began: number; ended: number; version: string }[]; stop(): Promise<void> };

/** A call over a connection of its own, so that both workers are asked. */
function callOrders(headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(`${holdfast.gateway}/orders/1`, { agent: false, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        const { version } = JSON.parse(text) as { version: string };
        resolve({ version, id: String(response.headers["x-request-id"]) });
      });
    })
      .on("error", reject)
      .end();
  });
}

/** Which release answered. */
const versionOf = async (headers?: Record<string, string>): Promise<string> => (await callOrders(headers)).version;

const orders = async (): Promise<Subject> => {
  const subjects = await ada.in<Page<Subject>>("GET", "/subjects");
  return subjects.items[0] as Subject;
};
const shares = async () => Object.fromEntries((await orders()).releases.map(({ name, weight }) => [name, weight]));
const shift = (body: object) => ada.in<Action>("POST", "/subjects/routes.orders/shift", { why: "a story", ...body });
const promotion = (what: string) =>
  ada.in<Promotion>("POST", "/subjects/routes.orders/promotion", { do: what, why: "a story" });

/** Calls all the time, from several sides, and notes when which release answered a call that began when. */
function keepCalling(): Calling {
  const answers: Calling["answers"] = [];
  let stopped = false;
  async function caller(): Promise<void> {
    while (!stopped) {
      const began = performance.now();
      answers.push({ began, version: await versionOf(), ended: performance.now() });
    }
  }
  const all = Promise.all(Array.from({ length: 6 }, caller));
  const calling = {
    answers,
    async stop() {
      stopped = true;
      await all;
    },
  };
  callers.push(calling);
  return calling;
}

test.each([
  ["a flip", { flip_to: "v2" }, "v1", "v2"],
  ["the flip back", { flip_to: "v1" }, "v2", "v1"],
  ["half of it", { weights: { v1: 0, v2: 1 } }, "v1", "v2"],
  ["a rollback", { roll_back_to: "v1" }, "v2", "v1"],
])("%s reaches every worker within a second: then no call is served by the old release", async (_, body, from, to) => {
  const calling = keepCalling();
  await eventually("calls before", () => calling.answers.length > 20);
  const asked = performance.now();
  await shift(body);
  const done = performance.now();
  const then = calling.answers.length;
  await eventually("calls after", () => calling.answers.length > then + 100);
  await calling.stop();
  expect(done - asked).toBeLessThan(1000);
  const before = calling.answers.filter(({ ended }) => ended < asked);
  const after = calling.answers.filter(({ began }) => began > done);
  expect(new Set(before.map(({ version }) => version))).toEqual(new Set([from]));
  expect(new Set(after.map(({ version }) => version))).toEqual(new Set([to]));
});

test("a rollback closes what a rule leads to; undone, the rule is in force again", async () => {
  expect((await orders()).releases.map(({ closed }) => closed)).toEqual([false, true]);
  expect(await versionOf({ "x-canary": "yes" })).toBe("v1");
  const { items } = await ada.in<Page<Action>>("GET", "/actions");
  await ada.in("POST", `/actions/${items[0]?.id}/undo`);
  await shift({ weights: { v1: 1, v2: 0 } });
  expect(await versionOf({ "x-canary": "yes" })).toBe("v2");
  expect(await versionOf()).toBe("v1");
});

test("a shadow's failures are beside the client's answers, and count as nobody's errors", async () => {
  // A copy begins when its client has the answer: that of the last call before must be over, or it would be the 61st.
  const last = await callOrders();
  await eventually("the copy of the call before", async () => {
    const { items } = await ada.in<Page<{ shadow_of: string | null }>>("GET", "/calls?limit=200&mirrored=true");
    return items.some(({ shadow_of }) => shadow_of === last.id);
  });
  v2_fails = true;
  const from = Date.now();
  for (let call = 0; call < 60; call++) expect(await versionOf()).toBe("v1");
  const shadow = await eventually("60 copies", async () => {
    const found = await ada.in<ShadowSummary>("GET", `/subjects/routes.orders/shadow?from=${from}`);
    return found.pairs[0]?.copied === 60 ? found : undefined;
  });
  expect(shadow.pairs).toMatchObject([
    { release: "v1", shadow: "v2", copied: 60, dropped: 0, failed: 60, same: 0, status: 60 },
  ]);
  expect(shadow.examples[0]).toMatchObject({ status: 200, shadow_status: 500, differs: ["status", "body"] });
  const detail = await ada.in<{ shadow_of: string }>("GET", `/calls/${shadow.examples[0]?.id}`);
  expect(detail.shadow_of).toBe(shadow.examples[0]?.shadow_of);
  expect((await orders()).releases.reduce((sum, { errors }) => sum + errors, 0)).toBe(0);
  const listed = await ada.in<Page<{ shadow_of: string | null }>>("GET", `/calls?from=${from}&limit=200`);
  expect(listed.items.length).toBe(60);
  expect(listed.items.every(({ shadow_of }) => shadow_of === null)).toBe(true);
  const copies = await ada.in<Page<{ shadow_of: string | null }>>("GET", `/calls?from=${from}&limit=200&mirrored=true`);
  expect(copies.items.length).toBe(60);
  // Two looks of the detector.
  await new Promise((looked) => setTimeout(looked, 4_500));
  expect((await ada.in<Page<Finding>>("GET", "/findings")).items).toEqual([]);
});

test("a promotion goes step by step, survives a kill in the middle, and ends with everything", async () => {
  const calling = keepCalling();
  expect(await promotion("start")).toMatchObject({ state: "running", step: 0 });
  expect(await shares()).toEqual({ v1: 0.7, v2: 0.3 });
  await calling.stop();
  await holdfast.stop("SIGKILL");
  holdfast = await startHoldfastProcess({ data_dir, cwd: data_dir });
  ada = await signedIn(holdfast);
  expect(await shares()).toEqual({ v1: 0.7, v2: 0.3 });
  const again = keepCalling();
  await eventually("the second step", async () => (await orders()).promotion?.step === 1);
  expect(await shares()).toEqual({ v1: 0.4, v2: 0.6 });
  const ended = await eventually("the end", async () => {
    const { promotion: newest } = await orders();
    return newest?.state === "done" ? newest : undefined;
  });
  await again.stop();
  expect(ended).toMatchObject({ step: 2, by: { name: "Ada" } });
  expect(await versionOf()).toBe("v2");
});

test("a promotion of a release that turns bad goes back by itself", async () => {
  await shift({ roll_back_to: "v1" });
  await promotion("start");
  v2_fails = true;
  const calling = keepCalling();
  const ended = await eventually("its end", async () => {
    const { promotion: newest } = await orders();
    return newest?.state === "aborted" ? newest : undefined;
  });
  await calling.stop();
  expect(ended.why).toMatch(/fails/);
  expect(await shares()).toEqual({ v1: 1, v2: 0 });
  expect(await versionOf()).toBe("v1");
});

test("a switch reaches every worker within a second, survives a kill, and is undone by one click", async () => {
  const statusOf = async () =>
    (await fetch(`${holdfast.gateway}/orders/1`, { headers: { connection: "close" } })).status;
  const statuses = async () => new Set(await Promise.all(Array.from({ length: 40 }, statusOf)));
  expect(await statuses()).toEqual(new Set([200]));
  const asked = performance.now();
  const off = await ada.in<Action>("POST", "/subjects/routes.orders/switch", { enabled: false, why: "a story" });
  expect(performance.now() - asked).toBeLessThan(1000);
  expect(await statuses()).toEqual(new Set([503]));
  await holdfast.stop("SIGKILL");
  holdfast = await startHoldfastProcess({ data_dir, cwd: data_dir });
  ada = await signedIn(holdfast);
  expect(await statuses()).toEqual(new Set([503]));
  expect((await orders()).switched).toMatchObject({ id: off.id, why: "a story", actor: { name: "Ada" } });
  await ada.in("POST", `/actions/${off.id}/undo`);
  expect(await statuses()).toEqual(new Set([200]));
});
