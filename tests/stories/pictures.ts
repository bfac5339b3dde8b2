// Takes the pictures of docs/images from a running demo. By hand, after a change of what they show; takes seven minutes, most of them
// for the demo to have a past: node --disable-warning=ExperimentalWarning tests/stories/pictures.ts
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "../parts/chromium.ts";
import { findChromium, launchChromium } from "../parts/chromium.ts";
import { type Demo, startDemo } from "../process/demo.ts";
import { complain, pay, rollBack, signIn } from "./people.ts";

const IMAGES = fileURLToPath(new URL("../../docs/images", import.meta.url));
/** How long version 2 is fine, how long it is bad, and how long it is gone. */
const FINE_MS = 150_000;
const BAD_MS = 100_000;
const GONE_MS = 110_000;
/** Until everything is read and drawn. */
const SETTLED_MS = 2_000;
const WINDOW = { width: 1440, height: 900 };

const folder = await mkdtemp(join(tmpdir(), "holdfast-pictures-"));
const demo = await startDemo(folder, ["--bad-after", `${FINE_MS}ms`, "--visitors-per-second", "50"]);
const browser = await launchChromium(await findChromium());
try {
  await live(browser, demo);
  await overview(browser, demo);
  await inbox(browser, demo);
} finally {
  await browser.close();
  await demo.stop();
  await rm(folder, { recursive: true, force: true });
}

/** The demo's story, at the pace of people. */
async function live(in_browser: Browser, { shop, ...rest }: Demo): Promise<void> {
  const visitor = await in_browser.newPage();
  await visitor.goto(shop);
  await visitor.waitForTimeout(FINE_MS + 20_000);
  while (await pay(visitor)) await visitor.waitForTimeout(500);
  await complain(visitor, { words: "I wanted the lantern, and paying did not work", email: "grace@example.com" });
  await visitor.waitForTimeout(BAD_MS - 20_000);
  const admin = await page(in_browser, { shop, ...rest }, "light");
  await admin.getByRole("button", { name: /fails on orders@v2/ }).click();
  await rollBack(admin);
  await visitor.waitForTimeout(GONE_MS);
  await visitor.close();
  await admin.close();
}

async function page(in_browser: Browser, demo_: Demo, colorScheme: "light" | "dark"): Promise<Page> {
  const opened = await in_browser.newPage({ viewport: WINDOW, locale: "en-GB", colorScheme });
  await signIn(opened, demo_);
  await opened.getByText("Leaving hypercare").waitFor();
  await opened.mouse.move(0, 0);
  return opened;
}

async function overview(in_browser: Browser, of: Demo): Promise<void> {
  const shown = await page(in_browser, of, "light");
  await shown.waitForTimeout(SETTLED_MS);
  await shown.screenshot({ path: join(IMAGES, "overview.png") });
  await shown.close();
}

async function inbox(in_browser: Browser, of: Demo): Promise<void> {
  const shown = await page(in_browser, of, "dark");
  await shown.goto(`${of.control}/w/default/inbox?state=all`);
  await shown.getByText("I wanted the lantern").first().click();
  await shown.waitForTimeout(SETTLED_MS);
  await shown.screenshot({ path: join(IMAGES, "inbox-dark.png") });
  await shown.close();
}
