// The demo is the product with a world around it: the shop sells, v2 goes bad, a finding says so, and somebody who signed in takes
// it back. The same story by hand, in a browser, is browser-story.test.ts.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Action, Finding, Launch, Page } from "@holdfast/contract";
import { afterAll, expect, test } from "vitest";
import { startDemo } from "../process/demo.ts";
import { eventually } from "../process/eventually.ts";
import { signedIn } from "../process/team.ts";

const folder = await mkdtemp(join(tmpdir(), "holdfast-demo-"));
afterAll(() => rm(folder, { recursive: true }));

test("a bad release, seen from the shop and from the console", { timeout: 90_000 }, async () => {
  const demo = await startDemo(folder, ["--bad-after", "4s", "--visitors-per-second", "40"]);
  try {
    const page = await (await fetch(demo.shop)).text();
    expect(/<script src="(\S+)" data-site="shop">/.exec(page)?.[1]).toMatch(/\/widget\.js$/);
    const orders = await fetch(`${demo.shop}/api/orders`);
    expect(orders.headers.get("x-holdfast-ref")).toMatch(/^hf2\./);
    // Who comes through the shop's page has to meet the bad release.
    expect(await orders.json()).toMatchObject({ version: "v2" });

    const admin = await signedIn(demo, demo);
    const finding = await eventually(
      "the finding",
      async () => (await admin.in<Page<Finding>>("GET", "/findings")).items[0],
      40_000,
    );
    expect(finding).toMatchObject({ subject: "routes.orders", release: "v2", baseline: "v1" });
    // In the demo a person decides.
    expect((await admin.in<Page<Action>>("GET", "/actions")).items).toEqual([]);
    const shift = { roll_back_to: "v1", why: "v2 cannot take payments", issue_id: finding.issue_id };
    const action = await admin.in<Action>("POST", "/subjects/routes.orders/shift", shift);
    expect(action).toMatchObject({ after: { v1: 1, v2: 0 }, actor: { kind: "person" } });
    expect(await (await fetch(`${demo.shop}/api/orders`)).json()).toMatchObject({ version: "v1" });
    expect((await admin.in<Page<Launch>>("GET", "/launches")).items).toMatchObject([
      { name: "new-checkout", phase: "intense" },
    ]);
  } finally {
    expect(await demo.stop()).toBe(0);
  }
});
