// The table of options in docs/running.md; the words around it are written in the page itself.
import { readFileSync } from "node:fs";
import { flagOf, isSecret, OPTION_NAMES, OPTIONS, type OptionName, variableOf } from "../../apps/holdfast/options.ts";

const HEAD = "| flag | variable | default | meaning |\n|---|---|---|---|\n";
const TABLE = /(<!-- options: .*? -->\n).*?(<!-- end of options -->)/s;

/** `page` is the path of the page as it is. Throws when it has no place for the table. */
export function runningPage(page: string): string {
  const text = readFileSync(page, "utf8");
  if (!TABLE.test(text)) throw new Error(`${page} has lost the marks between which the options stand`);
  return text.replace(TABLE, (_, begin: string, end: string) => `${begin}${optionsTable()}${end}`);
}

function optionsTable(): string {
  return `${HEAD}${OPTION_NAMES.map(row).join("\n")}\n`;
}

function row(name: OptionName): string {
  const variable = `\`${variableOf(name)}\`${isSecret(name) ? `, \`${variableOf(name)}_FILE\`` : ""}`;
  return `| \`${flagOf(name)}\` | ${variable} | ${defaultOf(name)} | ${OPTIONS[name].means} |`;
}

/** Defaults that depend on the machine, or are the absence of a value, are told in words by the meaning. */
function defaultOf(name: OptionName): string {
  if (name === "workers") return "";
  const parsed = OPTIONS[name].schema.safeParse(undefined);
  return parsed.success && parsed.data !== undefined ? `\`${String(parsed.data)}\`` : "";
}
