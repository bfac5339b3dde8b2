// One document by itself: does it read, compile, and get along with itself. For the command line; nothing is applied.
import { failed, ok, type Result } from "@holdfast/base";
import type { Settings } from "@holdfast/contract";
import { findClashes } from "./find-clashes.ts";
import { type CandidateOptions, presentClashes, readCandidate } from "./held-settings.ts";
import type { SettingsProblem } from "./problem.ts";

export async function checkSettings(
  text: string,
  options: CandidateOptions,
): Promise<Result<Settings, SettingsProblem[]>> {
  const candidate = await readCandidate(text, options);
  if (!candidate.ok) return candidate;
  const clashes = findClashes(candidate.value.section);
  return clashes.length > 0 ? failed(presentClashes(clashes, candidate.value)) : ok(candidate.value.settings);
}
