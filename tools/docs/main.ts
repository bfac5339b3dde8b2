// `npm run docs`: writes the generated pages. A test compares them, so a change of the source shows up as a failing test.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { errorsPage } from "./errors.ts";
import { POLICY_PAGES } from "./policies.ts";
import { runningPage } from "./running.ts";
import { settingsPage } from "./settings.ts";

/** Path below `docs/` and what belongs there. */
export const PAGES: Record<string, () => string> = {
  "errors.md": errorsPage,
  ...POLICY_PAGES,
  "running.md": () => runningPage(pathOfPage("running.md")),
  "settings.md": settingsPage,
};

export function pathOfPage(name: string): string {
  return fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, page] of Object.entries(PAGES)) {
    mkdirSync(dirname(pathOfPage(name)), { recursive: true });
    writeFileSync(pathOfPage(name), page());
  }
}
