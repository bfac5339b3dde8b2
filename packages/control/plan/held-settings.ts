// What the plan manager holds of one workspace, and how a document becomes it.
import { type FieldError, failed, ok, type Result, type WorkspaceName } from "@holdfast/base";
import type { Settings, SettingsVersion, SettingsView } from "@holdfast/contract";
import { compileSection, type PlanSection } from "./compile-section.ts";
import { expandRoutes } from "./expand-routes.ts";
import { type Clash, findClashes } from "./find-clashes.ts";
import type { SettingsPath } from "./json-schema.ts";
import type { LeftOut } from "./left-out.ts";
import { type PathProblem, pathText, type SettingsProblem } from "./problem.ts";
import { readDocuments } from "./read-documents.ts";
import { examineSettings, hideSecrets, placeProblems } from "./read-settings.ts";
import type { SecretResolver } from "./references.ts";
import type { Place } from "./yaml-document.ts";

export type Held = {
  /** The version that is in force; undefined for a workspace without settings. */
  version: SettingsVersion | undefined;
  section: PlanSection;
  /** Undefined when the stored text cannot be read any more and the section was kept from an earlier plan. */
  settings: Settings | undefined;
  /** Problems of the newest attempt, if it was refused. */
  refused: FieldError[];
};

/** A document that compiles by itself and waits to become part of a plan. */
export type Candidate = { settings: Settings; section: PlanSection; text: string; locate(path: SettingsPath): Place };

export type CandidateOptions = {
  workspace?: WorkspaceName;
  secrets: (workspace: WorkspaceName) => SecretResolver;
  provider_urls: Readonly<Record<string, string>>;
};

export const EMPTY_SECTION: PlanSection = { routes: [], models: [], consumers: [], sites: [] };

export async function readCandidate(
  text: string,
  options: CandidateOptions,
): Promise<Result<Candidate, SettingsProblem[]>> {
  const examined = examineSettings(text, options);
  if (!examined.ok) return examined;
  const { settings: readable, left_out, problems, locate } = examined.value;
  if (!readable) return failed(placeProblems(problems, locate));
  const { settings, section, problems: between } = await compileReadable(readable, options);
  // Of a document with problems the objects are compiled too, so that all that is wrong with it is told at once.
  problems.push(...between.filter((problem) => left_out.isGenuine(problem)));
  if (problems.length === 0) return ok({ settings, section, text, locate });
  problems.push(...clashesWithin(section, left_out));
  return failed(placeProblems(unlike(problems), locate));
}

/** Clashes of a document with itself; those of one that is whole are found when it meets the others. */
function clashesWithin(section: PlanSection, left_out: LeftOut): PathProblem[] {
  return findClashes(section)
    .filter(({ path, other }) => [path, other.path].every((at) => left_out.isWhole(at)))
    .map(({ path, message, other }) => ({ path, message: `${message} ${pathText(other.path)}` }));
}

async function compileReadable(readable: Settings, options: CandidateOptions) {
  const { documents, problems } = await readDocuments(readable, options.secrets(readable.workspace));
  const { settings, templates, problems: unexpanded } = expandRoutes(readable, documents);
  const { section, problems: uncompiled } = compileSection(settings, options.provider_urls, {
    ...documents,
    templates,
  });
  problems.push(...unexpanded, ...uncompiled.map((problem) => atTemplate(problem, templates)));
  return { settings, section, problems };
}

/** A problem of a route that was made from another is a problem of that other: it is what stands in the text. */
function atTemplate(problem: PathProblem, templates: ReadonlyMap<string, string>): PathProblem {
  const [kind, name, ...rest] = problem.path;
  const template = kind === "routes" ? templates.get(String(name)) : undefined;
  return template === undefined ? problem : { ...problem, path: ["routes", template, ...rest] };
}

/** Routes made from one template have the same problems. */
function unlike(problems: PathProblem[]): PathProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** A clash as the owner of `candidate` may see it: of other workspaces it says no more than that they are there. */
export function presentClashes(clashes: Clash[], candidate: Candidate): SettingsProblem[] {
  const { workspace } = candidate.settings;
  const problems: PathProblem[] = clashes.flatMap(({ message, other, ...own }) => {
    const [mine, theirs] = own.workspace === workspace ? [own, other] : [other, own];
    if (mine.workspace !== workspace) return [];
    const whom = theirs.workspace === workspace ? pathText(theirs.path) : "something of another workspace";
    return [{ path: mine.path, message: `${message} ${whom}` }];
  });
  // What others left broken stops every change, and must not look as if this document had come into force.
  if (problems.length === 0) problems.push({ path: [], message: "settings of another workspace do not compile" });
  return placeProblems(problems, candidate.locate);
}

/** Both places of a clash, for the operator's log. */
export function clashLine({ workspace, path, message, other }: Clash): string {
  return `${workspace}: ${pathText(path)} ${message} ${other.workspace}: ${pathText(other.path)}`;
}

export function viewOf(held: Held | undefined, plan: number): SettingsView {
  const version = held?.version;
  return {
    source: version?.source ?? "none",
    version: version?.version ?? 0,
    applied_at: version?.applied_at ?? null,
    text: version ? hideSecrets(version.text) : "",
    plan,
    problems: held?.refused ?? [],
  };
}
