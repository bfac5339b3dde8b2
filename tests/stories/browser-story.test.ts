// The demo's promise, kept by two people in two browsers: version 2 of the shop goes bad, a visitor complains through the widget,
// the console shows the complaint beside the failing call, one click takes version 2 back, and the visitor is told.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser, Page } from "../parts/chromium.ts";
import { part } from "../parts/index.ts";
import { type Demo, startDemo } from "../process/demo.ts";
import { eventually } from "../process/eventually.ts";
import { overhang, violations, watchProblems } from "./page-checks.ts";
import { complain, pay, receipt, resolve, rollBack, signIn } from "./people.ts";

const WORDS = "I pressed Pay for the lantern and it said that it did not work";
const EMAIL = "grace@example.com";
const ANSWER = "Version 2 is gone. Please try again, you were not charged.";
const STEP_MS = 12_000;

const chromium = await part("chromium");

chromium.describe("the demo in a browser", ({ launch }) => {
  let folder: string;
  let demo: Demo;
  let browser: Browser;
  let shop: Page;
  let team: Page;
  let shop_problems: string[];
  let team_problems: string[];
  /** Addresses of what the story was about, below the workspace. */
  let issue_path: string;
  let call_path: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-browser-"));
    // The release has a short past in which it was fine: without one, nothing went bad.
    demo = await startDemo(folder, ["--bad-after", "5s", "--visitors-per-second", "30"]);
    browser = await launch();
    shop = await (await browser.newContext({ locale: "en-GB" })).newPage();
    team = await (await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 } })).newPage();
    for (const page of [shop, team]) page.setDefaultTimeout(STEP_MS);
    // A payment that fails, and the question who is there before anybody signed in, are answered with errors on purpose.
    shop_problems = watchProblems(shop, [/status of (500|503) .*\/api\/orders\/pay\)/]);
    team_problems = watchProblems(team, [/status of 401 .*\/api\/v1\/me\)/]);
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (path: string): Promise<void> => {
    await team.goto(`${demo.control}/w/default${path}`);
    await settled();
  };
  const pathOf = (page: Page): string => new URL(page.url()).pathname.replace("/w/default", "");
  /** Lists say that they are reading until they have something to show. */
  const settled = async (): Promise<void> => {
    await team.locator("main h1, main").first().waitFor();
    await expect.poll(() => team.getByText("reading…").count(), { timeout: STEP_MS }).toBe(0);
  };

  test("a visitor buys until it fails, and says so", { timeout: 60_000 }, async () => {
    await shop.goto(demo.shop);
    await eventually("a payment that fails", async () => !(await pay(shop)), 30_000);
    await shop.getByRole("button", { name: "Feedback" }).click();
    await shop.getByText(/^\d+ calls just made/).waitFor();
    await shop.keyboard.press("Escape");
    await complain(shop, { words: WORDS, email: EMAIL });
    await receipt(shop).getByText(WORDS).waitFor();
  });

  test("somebody of the team signs in, and the first line says what is wrong", { timeout: 60_000 }, async () => {
    await signIn(team, demo);
    await team.getByText(/orders@v2 raised errors to .* from/).waitFor({ timeout: 40_000 });
  });

  test("the issue has the visitor's words and the failing call", async () => {
    await team.getByRole("button", { name: /fails on orders@v2/ }).click();
    await team.waitForURL(/\/issues\/\w/);
    issue_path = pathOf(team);
    await team.getByRole("link", { name: WORDS }).waitFor();
    await team.getByText("Calls of the reporters").waitFor();
    await team
      .getByRole("link", { name: /POST \/orders\/pay → 500/ })
      .first()
      .waitFor();
  });

  test("the call's page says where its time went and who spoke about it", async () => {
    await team.getByRole("link", { name: WORDS }).click();
    const call = team.getByRole("row", { name: /POST \/orders\/pay → 500/ }).first();
    await call.getByRole("link", { name: "open" }).click();
    await team.getByText("Where the time went").waitFor();
    await team.getByText("wait for first byte").waitFor();
    await team.getByRole("main").getByText(WORDS).waitFor();
    call_path = pathOf(team);
  });

  test("one click takes version 2 back, from the next call on", async () => {
    await open(issue_path);
    await rollBack(team);
    for (let count = 0; count < 20; count++) expect(await pay(shop)).toBe(true);
    await open("/releases?subject=routes.orders");
    const v2 = team.getByRole("row", { name: /^v2/ });
    await v2.getByRole("cell", { name: "0 %", exact: true }).waitFor();
  });

  test("a route is switched off and on again in the console: who did it and why stands beside it", async () => {
    await open("/routes");
    await team.getByRole("button", { name: "Switch off…" }).click();
    await team.getByLabel("Why").fill("The ledger is on fire");
    await team.getByRole("button", { name: "Switch off", exact: true }).click();
    await team.getByText(/^Switched off by .*: The ledger is on fire$/).waitFor();
    expect(await pay(shop)).toBe(false);
    await open("");
    await team.getByText(/^orders is switched off by .*: The ledger is on fire$/).waitFor();
    await team.getByRole("row", { name: /^orders switched off/ }).waitFor();
    await open("/routes");
    await team.getByRole("main").getByRole("button", { name: "Undo" }).click();
    await team.getByRole("button", { name: "Switch off…" }).waitFor();
    await expect.poll(() => pay(shop)).toBe(true);
  });

  test("the visitor is told, on the page and by mail", async () => {
    await open(issue_path);
    await resolve(team, ANSWER);
    await receipt(shop).getByText("fixed").waitFor();
    await receipt(shop).getByText(ANSWER).waitFor();
    const reader = await shop.context().newPage();
    await eventually("the mail", async () => {
      await reader.goto(`${demo.shop}/mail`);
      const mail = reader.getByRole("article").filter({ hasText: `To ${EMAIL}` });
      return mail.filter({ hasText: ANSWER }).count();
    });
    await reader.close();
  });

  test("the keyboard reaches everything", async () => {
    await open("/inbox?state=all");
    const chosen = team.locator("[data-row]:has([aria-current=true])");
    const first = await chosen.getAttribute("data-row");
    await team.keyboard.press("j");
    await expect.poll(() => chosen.getAttribute("data-row")).not.toBe(first);
    await team.keyboard.press("k");
    await expect.poll(() => chosen.getAttribute("data-row")).toBe(first);
    await team.keyboard.press("ControlOrMeta+k");
    await team.getByLabel("Go anywhere").fill("Calls");
    await team.keyboard.press("Enter");
    await team.waitForURL(/\/calls$/);
    await team.locator("tr[data-row]").first().waitFor();
    await team.getByLabel("Go anywhere").waitFor({ state: "hidden" });
    await team.keyboard.press("j");
    await team.locator("tr[aria-selected=true]").waitFor();
    await team.keyboard.press("Enter");
    await team.waitForURL(/\/calls\/[0-9a-f-]{36}$/);
  });

  const PAGES = ["", "/inbox?state=all", "/issues?state=all", "/calls", "/releases", "/routes", "/launch", "/settings"];
  const schemes = ["light", "dark"] as const;
  const all_pages = (): string[] => [...PAGES, issue_path, call_path];

  test.each(schemes)("no page of the team breaks a rule of WCAG A or AA in %s", { timeout: 60_000 }, async (scheme) => {
    await team.emulateMedia({ colorScheme: scheme });
    const broken: Record<string, string[]> = {};
    for (const path of all_pages()) {
      await open(path);
      broken[path] = await violations(team);
    }
    expect(broken).toEqual(Object.fromEntries(all_pages().map((path) => [path, []])));
  });

  test.each(schemes)("nor does what strangers see, in %s", async (colorScheme) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    await page.goto(`${demo.control}/sign-in`);
    await page.getByLabel("E-mail").waitFor();
    const sign_in = await violations(page);
    await page.goto(demo.shop);
    await page.getByRole("button", { name: "Feedback" }).click();
    await page.getByLabel("What happened?").waitFor();
    const form = await violations(page, "'holdfast-feedback'");
    await page.keyboard.press("Escape");
    await complain(page, { words: "Nothing happened" });
    const report = await violations(page, "'holdfast-feedback'");
    await context.close();
    expect({ sign_in, form, report }).toEqual({ sign_in: [], form: [], report: [] });
  });

  test("no page scrolls sideways on a telephone", { timeout: 40_000 }, async () => {
    await team.setViewportSize({ width: 390, height: 844 });
    const wide: Record<string, number> = {};
    for (const path of all_pages()) {
      await open(path);
      const pixels = await overhang(team);
      if (pixels > 0) wide[path] = pixels;
    }
    expect(wide).toEqual({});
  });

  test("the browsers had nothing to complain about", () => {
    expect({ shop: shop_problems, team: team_problems }).toEqual({ shop: [], team: [] });
  });
});
