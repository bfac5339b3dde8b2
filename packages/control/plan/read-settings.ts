// Text of a settings document into checked settings, or all its problems at once, each with its place. Knows nothing of other
// objects: whether a route's service exists is the plan compiler's question.
import { failed, LIMITS, ok, type Result, type WorkspaceName } from "@holdfast/base";
import { Settings } from "@holdfast/contract";
import { describeIssue } from "./describe-issue.ts";
import type { SettingsPath } from "./json-schema.ts";
import { LeftOut } from "./left-out.ts";
import { type PathProblem, pathText, type SettingsProblem } from "./problem.ts";
import { HIDDEN_SECRET, hiddenSecrets, literalSecrets, resolveReferences, type SecretResolver } from "./references.ts";
import { salvage } from "./salvage.ts";
import { type Place, parseYaml, type YamlDocument } from "./yaml-document.ts";

export type SettingsDocument = { settings: Settings; locate(path: SettingsPath): Place };

export type ReadOptions = {
  /** Gets the workspace that the document names, because what a reference may see depends on it. */
  secrets: (workspace: WorkspaceName) => SecretResolver;
  /** The workspace that the document is for: filled in where it names none, a problem where it names another. */
  workspace?: WorkspaceName;
};

/** The two values that are needed before the whole is checked. */
type RawSettings = { workspace?: unknown; allow_literal_secrets?: unknown };

export function readSettings(text: string, options: ReadOptions): Result<SettingsDocument, SettingsProblem[]> {
  const examined = examineSettings(text, options);
  if (!examined.ok) return examined;
  const { settings, locate, problems } = examined.value;
  return problems.length === 0 && settings ? ok({ settings, locate }) : failed(placeProblems(problems, locate));
}

/** A document with its problems. `settings` is whole when there are none, else what can be read of it, if anything can. */
export type ExaminedDocument = {
  settings: Settings | undefined;
  left_out: LeftOut;
  problems: PathProblem[];
  locate(path: SettingsPath): Place;
};

/** Fails only when the text is not YAML. */
export function examineSettings(text: string, options: ReadOptions): Result<ExaminedDocument, SettingsProblem[]> {
  const parsed = parseYaml(text);
  if (!parsed.ok) return parsed;
  return ok({ ...checkDocument(parsed.value, options), locate: parsed.value.locate });
}

type Checked = Pick<ExaminedDocument, "settings" | "left_out" | "problems">;

function checkDocument(document: YamlDocument, options: ReadOptions): Checked {
  const raw: RawSettings = { ...(options.workspace ? { workspace: options.workspace } : {}), ...document.value };
  const workspace = typeof raw.workspace === "string" ? raw.workspace : "default";
  const resolved = resolveReferences(raw, options.secrets(workspace));
  const problems = [
    ...wrongWorkspace(workspace, options.workspace),
    ...(raw.allow_literal_secrets === true ? hiddenSecrets(raw) : literalSecrets(raw)),
    ...resolved.problems,
  ];
  const parsed = Settings.safeParse(resolved.value);
  if (!parsed.success) {
    // A value that could not be resolved has its problem already; what the schema says of it would only confuse.
    const reported = new Set(problems.map(({ path }) => pathText(path)));
    const found = parsed.error.issues.flatMap((issue) => describeIssue(issue, (path) => valueAt(resolved.value, path)));
    problems.push(...found.filter(({ path }) => !reported.has(pathText(path))));
  }
  const salvaged = parsed.success ? { settings: parsed.data, left_out: new LeftOut() } : salvage(resolved.value);
  const left_out = salvaged?.left_out ?? new LeftOut();
  for (const { path } of problems) left_out.addPlace(path);
  return { settings: salvaged?.settings, left_out, problems };
}

function wrongWorkspace(named: WorkspaceName, expected: WorkspaceName | undefined): PathProblem[] {
  if (expected === undefined || named === expected) return [];
  return [
    {
      path: ["workspace"],
      message: `names ${named}, but these are the settings of ${expected}`,
      suggestion: `write ${expected} or leave it out`,
    },
  ];
}

/** Gives problems their places and puts them in the order of the text; at most `LIMITS.settings_problems_max`. */
export function placeProblems(problems: PathProblem[], locate: (path: SettingsPath) => Place): SettingsProblem[] {
  return problems
    .map(({ path, missing: _, ...rest }) => ({ path: pathText(path), ...rest, ...locate(path) }))
    .sort((left, right) => left.line - right.line || left.column - right.column)
    .slice(0, LIMITS.settings_problems_max);
}

/** The text with every literal secret replaced, for showing it to people. Text that is not YAML is not shown at all. */
export function hideSecrets(text: string): string {
  const parsed = parseYaml(text);
  if (!parsed.ok) return "";
  const spans = literalSecrets(parsed.value.value).flatMap(({ path }) => parsed.value.spanOf(path) ?? []);
  return spans
    .toSorted((left, right) => right.from - left.from)
    .reduce((shown, { from, until }) => `${shown.slice(0, from)}"${HIDDEN_SECRET}"${shown.slice(until)}`, text);
}

function valueAt(value: unknown, path: SettingsPath): unknown {
  let at = value;
  for (const step of path) {
    if (at === null || typeof at !== "object" || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}
