// Which issue a feedback or a finding belongs to, decided from evidence alone: the calls that failed. Wording plays no part,
// so two reports about the same failing release are one issue whatever they say. The reason is kept beside the decision.
import { presentCount, presentMany, presentRelease } from "@holdfast/base";
import type { Finding, Issue, LinkedCall } from "@holdfast/contract";
import { type Fingerprint, failureFingerprint, findingFingerprint } from "./fingerprint.ts";
import { titleOfFailure, titleOfFinding } from "./titles.ts";

/** An open issue, and the newest finding in it if it has one. */
export type OpenIssue = Pick<Issue, "id" | "number" | "fingerprint" | "voices"> & { finding?: Pick<Finding, "errors"> };

export type NewIssue = { title: string; fingerprint: Fingerprint; subject: string; release: string | null };

export type IssueDecision =
  | { decide: "join"; issue_id: string; because: string }
  | { decide: "create"; issue: NewIssue; because: string }
  | { decide: "leave"; because: string };

/** What a decision rests on: the calls of a feedback or a finding, and the open issues of their fingerprints. */
export type IssueQuestion =
  | { calls: readonly LinkedCall[]; open: readonly OpenIssue[] }
  | { finding: Finding; open: readonly OpenIssue[] };

export function decideIssue(question: IssueQuestion): IssueDecision {
  return "finding" in question ? decideForFinding(question) : decideForFeedback(question);
}

/** The fingerprints of failing calls, that of most calls first; of equally many, that of the newest call. */
export function fingerprintsOf(calls: readonly LinkedCall[]): Fingerprint[] {
  return groupsOf(calls).map(({ fingerprint }) => fingerprint);
}

function decideForFinding({ finding, open }: { finding: Finding; open: readonly OpenIssue[] }): IssueDecision {
  const fingerprint = findingFingerprint(finding);
  const issue = open.find((candidate) => candidate.fingerprint === fingerprint);
  if (issue) return { decide: "join", issue_id: issue.id, because: `The same release fails. ${finding.sentence}` };
  const { subject, release } = finding;
  return {
    decide: "create",
    issue: { title: titleOfFinding(finding), fingerprint, subject, release },
    because: finding.sentence,
  };
}

function decideForFeedback({
  calls,
  open,
}: {
  calls: readonly LinkedCall[];
  open: readonly OpenIssue[];
}): IssueDecision {
  const groups = groupsOf(calls);
  for (const group of groups) {
    const issue = open.find((candidate) => candidate.fingerprint === group.fingerprint);
    if (issue) return { decide: "join", issue_id: issue.id, because: reasonToJoin(group, issue) };
  }
  const group = groups[0];
  if (!group) return { decide: "leave", because: reasonToLeave(calls) };
  const { subject, release } = group.newest;
  return {
    decide: "create",
    issue: { title: titleOfFailure(group.newest), fingerprint: group.fingerprint, subject: subject as string, release },
    because: `${failedCalls(group)} on ${releaseOf(group)}, and no open issue is about that.`,
  };
}

type Group = { fingerprint: Fingerprint; count: number; newest: LinkedCall };

function groupsOf(calls: readonly LinkedCall[]): Group[] {
  const groups = new Map<Fingerprint, Group>();
  for (const call of calls) {
    const fingerprint = failureFingerprint(call);
    if (fingerprint === undefined) continue;
    const group = groups.get(fingerprint) ?? { fingerprint, count: 0, newest: call };
    const newest = timeOf(call) > timeOf(group.newest) ? call : group.newest;
    groups.set(fingerprint, { fingerprint, count: group.count + 1, newest });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || timeOf(b.newest) - timeOf(a.newest));
}

function timeOf(call: LinkedCall): number {
  return call.at ?? 0;
}

/** "2 of its calls failed like the 41 calls of the finding on orders@v2." */
function reasonToJoin(group: Group, issue: OpenIssue): string {
  const where = `on ${releaseOf(group)}`;
  if (issue.finding) {
    return `${failedCalls(group)} like the ${presentMany(issue.finding.errors, "call")} of the finding ${where}.`;
  }
  if (issue.voices > 0) {
    return `${failedCalls(group)} like those of ${presentMany(issue.voices, "other report")} ${where}.`;
  }
  return `${failedCalls(group)} ${where}, which this issue is about.`;
}

function reasonToLeave(calls: readonly LinkedCall[]): string {
  if (calls.length === 0) return "It came without references to calls.";
  if (calls.every((call) => !call.found)) return "No record of its calls was found.";
  return "None of its calls failed.";
}

function failedCalls({ count }: Group): string {
  return `${presentCount(count)} of its calls failed`;
}

function releaseOf({ newest }: Group): string {
  return presentRelease(newest.subject as string, newest.release);
}
