// What the two people of the demo's story do in their browsers: a visitor of the shop, and somebody of the team in the console.
import type { Locator, Page } from "../parts/chromium.ts";
import type { Demo } from "../process/demo.ts";

const CALM = "Paid: order";
const FAILED = "That did not work";

/** Presses Pay once; true when it worked. */
export async function pay(page: Page): Promise<boolean> {
  const outcome = page.getByRole("status");
  // The words of the payment before must not be taken for those of this one.
  await outcome.evaluate((node) => node.replaceChildren());
  await page.getByRole("button", { name: "Pay for one lantern" }).click();
  const answered = outcome.filter({ hasText: new RegExp(`${CALM}|${FAILED}`) });
  return (await answered.textContent())?.startsWith(CALM) === true;
}

export type Complaint = { words: string; email?: string };

/** Opens the widget, writes and sends. The panel stays open and shows the receipt. */
export async function complain(page: Page, { words, email }: Complaint): Promise<void> {
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.getByLabel("What happened?").fill(words);
  if (email) await page.getByLabel("E-mail, if you want an answer").fill(email);
  await page.getByRole("button", { name: "Send" }).click();
  await receipt(page).waitFor();
}

/** The card that says how the visitor's report is doing. */
export function receipt(page: Page): Locator {
  return page.getByRole("region", { name: "Your report" });
}

export async function signIn(page: Page, { control, email, password }: Demo): Promise<void> {
  await page.goto(`${control}/sign-in`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${control}/w/default`);
}

/** Takes v2 back from the issue that is open in the console. */
export async function rollBack(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Roll orders back to v1" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await dialog.waitFor({ state: "hidden" });
}

/** Resolves the issue that is open, with words for everyone who reported it. */
export async function resolve(page: Page, words: string): Promise<void> {
  await page.getByRole("button", { name: "Change status" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Status" }).click();
  await page.getByRole("option", { name: "resolved" }).click();
  await dialog.getByLabel("Words for the reporters").fill(words);
  await dialog.getByRole("button", { name: "Change" }).click();
  await dialog.waitFor({ state: "hidden" });
}
