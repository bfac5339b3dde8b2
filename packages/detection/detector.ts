// What every detector is: a name, what its settings must say, and one question asked of a window of measures.
import type { Instant } from "@holdfast/base";
import type { Finding } from "@holdfast/contract";
import type { Sample } from "./statistics/fisher.ts";

/** What a detector saw, before it has an id and an issue. Everything that the judgement rests on is in it. */
export type FindingDraft = Omit<Finding, "id" | "at" | "issue_id">;

/** Calls of one release of one subject in one window, beside those of the release that it is compared with. */
export type ReleaseWindow = {
  subject: string;
  from: Instant;
  until: Instant;
  tested: Sample & { release: string };
  /** Absent: there is nothing to compare with. Zero calls: there is, but nothing came. Both mean the same here. */
  baseline?: Sample & { release: string };
  /** Which look of its series this is, counted from 1; see looks.ts. */
  look: number;
};

/**
 * `prepare` is called once per plan with compiled settings; `detect` once per look. It returns undefined when nothing is
 * shown: too little data, no data, or no difference. Missing data is never a finding.
 */
export type Detector<Settings> = {
  id: Finding["detector"];
  prepare(settings: Settings): { detect(window: ReleaseWindow): FindingDraft | undefined };
};

export function defineDetector<Settings>(detector: Detector<Settings>): Detector<Settings> {
  return detector;
}

/** What a detector is shown with, and what must come of it. `nothing` says in words why it must stay silent. */
export type DetectorCase<Settings> = {
  name: string;
  settings: Settings;
  window: ReleaseWindow;
} & ({ finding: Partial<FindingDraft> } | { nothing: string });
