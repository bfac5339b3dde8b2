// What must hold on every page, whatever its story: nothing in the browser's console, no rule of WCAG A or AA broken, no scrolling
// sideways.

import { axeSource } from "../parts/axe.ts";
import type { Page } from "../parts/chromium.ts";

/** Collects what the browser complains about, until the test asks. `expected` are answers that the story wants to be errors. */
export function watchProblems(page: Page, expected: RegExp[] = []): string[] {
  const problems: string[] = [];
  const note = (text: string): void => {
    if (!expected.some((pattern) => pattern.test(text))) problems.push(text);
  };
  page.on("pageerror", (error) => note(`${page.url()}: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) note(`${message.text()} (${message.location().url})`);
  });
  return problems;
}

type Violation = { id: string; nodes: { html: string; target: unknown; failureSummary?: string }[] };

/** Every violated rule with the elements that violate it; empty is good. Injected as code, because pages forbid inline scripts. */
export async function violations(page: Page, within = "document"): Promise<string[]> {
  // Colours are read as they are drawn: a fade must have ended.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((each) => each.finished)));
  await page.evaluate(axeSource);
  const found = (await page.evaluate(
    `axe.run(${within}, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }).then(({ violations }) => violations)`,
  )) as Violation[];
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} — ${failureSummary?.replace(/\s+/g, " ")}`),
  );
}

/** By how many pixels the page is wider than the window; 0 is good. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
