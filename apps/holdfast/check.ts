// `holdfast check FILE`: every problem of a settings file with its place, for people, editors (file:line:column) and scripts.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Settings } from "@holdfast/contract";
import { checkSettings, problemLine, type SettingsProblem } from "@holdfast/control";
import { processEnvironment } from "./environment.ts";
import { PROVIDER_URLS } from "./settings/provider-urls.ts";
import { fileSecrets } from "./settings/secrets.ts";

/** The exit code: 0 when it compiles, 1 when it does not, 2 when there is no such file. */
export async function check(path: string, { json }: { json: boolean }): Promise<number> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    process.stderr.write(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})\n`);
    return 2;
  }
  const secrets = fileSecrets(processEnvironment(), dirname(resolve(path)));
  const checked = await checkSettings(text, { secrets: () => secrets, provider_urls: PROVIDER_URLS });
  const problems = checked.ok ? [] : checked.error;
  if (json) process.stdout.write(`${JSON.stringify({ ok: checked.ok, problems })}\n`);
  else if (checked.ok) process.stdout.write(`ok: ${summary(checked.value)}\n`);
  else printProblems(path, problems);
  return checked.ok ? 0 : 1;
}

function printProblems(path: string, problems: SettingsProblem[]): void {
  for (const problem of problems) process.stdout.write(`${problemLine(path, problem)}\n`);
  process.stdout.write(`${counted(problems.length, "problem")}\n`);
}

/** `3 routes, 1 model, 2 consumers`; what is not there is not mentioned. */
function summary(settings: Settings): string {
  const kinds = ["routes", "models", "consumers", "sites", "launches"] as const;
  const parts = kinds.flatMap((kind) => {
    const count = Object.keys(settings[kind]).length;
    return count === 0 ? [] : [counted(count, kind === "launches" ? "launch" : kind.slice(0, -1))];
  });
  return parts.join(", ") || "nothing declared yet";
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : word.endsWith("ch") ? "es" : "s"}`;
}
