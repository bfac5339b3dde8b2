// What became of a finding: is the release still failing, did somebody or something act, or did it pass by itself.
import { type Instant, LIMITS } from "@holdfast/base";
import type { Action, Finding, Issue, Weights } from "@holdfast/contract";

/** A finding that is not repeated by now no longer stands. A minute of slack for a detection loop that is busy. */
const STANDS_MS: number = LIMITS.finding_quiet_ms + 60_000;
/** How long a release that was rolled back, or recovered, stays the news of the first page while its issue is open. */
const NEWS_MS = 24 * 3_600_000;

export type Story = {
  finding: Finding;
  /** When the trouble began: the earliest window of the findings that tell the same story. */
  from: Instant;
  issue: Issue | undefined;
  /** The newest action since the trouble began that took the release's traffic away. */
  action: Action | undefined;
  state: "standing" | "acted" | "recovered";
};

export type StoryMaterial = {
  now: Instant;
  /** Newest first. */
  findings: readonly Finding[];
  /** Newest first. */
  actions: readonly Action[];
  issues: ReadonlyMap<string, Issue>;
  /** Shares of traffic now; undefined for a subject that the settings no longer have. */
  weights(subject: string): Weights | undefined;
};

/** One story per release, the newest first; those whose issue is closed, or that are old and over, are left out. */
export function storiesOf(material: StoryMaterial): Story[] {
  const by_release = Map.groupBy(material.findings, ({ subject, release }) => `${subject}@${release}`);
  return [...by_release.values()].flatMap((own) => {
    const story = storyOf(own, material);
    return story && isNews(story, material.now) ? [story] : [];
  });
}

function storyOf(own: readonly Finding[], { now, actions, issues, weights }: StoryMaterial): Story | undefined {
  const finding = own[0];
  if (!finding) return undefined;
  const same = own.filter(({ issue_id }) => issue_id === finding.issue_id);
  const from = Math.min(...same.map(({ window_from }) => window_from));
  const { subject, release } = finding;
  const action = actions.find(
    (one) => one.subject === subject && one.at >= from && one.undone_by === null && tookAway(one, release),
  );
  const has_traffic = (weights(subject)?.[release] ?? 0) > 0;
  const stands = has_traffic && now - finding.at <= STANDS_MS;
  const state = stands ? "standing" : has_traffic ? "recovered" : "acted";
  return { finding, from, issue: issues.get(finding.issue_id ?? ""), action, state };
}

function tookAway({ before, after }: Action, release: string): boolean {
  return (before[release] ?? 0) > 0 && (after[release] ?? 0) === 0;
}

function isNews({ finding, issue, state }: Story, now: Instant): boolean {
  if (state === "standing") return true;
  const closed = issue !== undefined && ["resolved", "deferred", "declined"].includes(issue.status);
  return !closed && now - finding.at <= NEWS_MS;
}
