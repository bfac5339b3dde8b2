// The job that joins a voice to its calls: looks them up, keeps them as evidence, and decides which issue they belong to.
import type { Id, WorkspaceName } from "@holdfast/base";
import { type CallRecord, type LinkedCall, SYSTEM } from "@holdfast/contract";
import { decideIssue, fingerprintsOf, type IssueDecision, type OpenIssue } from "@holdfast/correlation";
import type { FeedbackTools } from "./feedback-service.ts";
import { joinVoice, openIssue } from "./join.ts";
import { isWaiting, withRecords } from "./model/link-calls.ts";
import { SEVERITY_OF_A_FAILED_CALL } from "./model/severity.ts";
import type { FeedbackPorts, FeedbackRow } from "./ports.ts";

/**
 * The store of calls is asked outside of the transaction, which must stay short. Whatever is found is kept at once, and an
 * issue is decided as soon as one found call decides it; "later" only asks for the calls that are still missing.
 */
export async function linkFeedback(
  tools: FeedbackTools,
  workspace: WorkspaceName,
  feedback_id: Id,
): Promise<"linked" | "later"> {
  const { transact, clock, live } = tools;
  const row = await transact(workspace, ({ feedback }) => feedback.find(feedback_id));
  if (!row) return "linked";
  const calls = withRecords(row.calls, await recordsOf(tools, workspace, row.calls));
  const issue_id = await transact(workspace, (ports) => applyLinks(ports, tools, feedback_id, calls));
  live.changed(workspace, "feedback", feedback_id);
  if (issue_id) live.changed(workspace, "issues", issue_id);
  return isWaiting(row, calls, clock.now()) ? "later" : "linked";
}

async function recordsOf(
  { calls: store }: FeedbackTools,
  workspace: WorkspaceName,
  calls: readonly LinkedCall[],
): Promise<CallRecord[]> {
  const missing = calls.filter((call) => !call.found);
  const records = await Promise.all(missing.map((call) => store.call(workspace, call.call_id)));
  return records.filter((record) => record !== undefined);
}

/** The issue that the feedback was put into just now, if any. A person may have been faster; then their choice stands. */
async function applyLinks(
  ports: FeedbackPorts,
  tools: FeedbackTools,
  feedback_id: Id,
  calls: LinkedCall[],
): Promise<Id | undefined> {
  await ports.feedback.saveCalls(feedback_id, calls);
  const feedback = await ports.feedback.find(feedback_id);
  if (!feedback || feedback.issue_id !== null) return undefined;
  const decision = decideIssue({ calls, open: await openIssuesOf(ports, calls) });
  return await applyDecision(ports, tools, feedback, decision);
}

async function openIssuesOf(ports: FeedbackPorts, calls: readonly LinkedCall[]): Promise<OpenIssue[]> {
  const open: OpenIssue[] = [];
  for (const fingerprint of fingerprintsOf(calls)) {
    const issue = await ports.issues.findOpenByFingerprint(fingerprint);
    if (!issue) continue;
    const [finding] = (await ports.findings.ofIssue(issue.id)).toSorted((a, b) => b.at - a.at);
    open.push(finding ? { ...issue, finding } : issue);
  }
  return open;
}

async function applyDecision(
  ports: FeedbackPorts,
  tools: FeedbackTools,
  feedback: FeedbackRow,
  decision: IssueDecision,
): Promise<Id | undefined> {
  const { because } = decision;
  if (decision.decide === "leave") return undefined;
  const issue =
    decision.decide === "join"
      ? await ports.issues.hold(decision.issue_id)
      : await openIssue(ports, tools, {
          ...decision.issue,
          severity: SEVERITY_OF_A_FAILED_CALL,
          category: feedback.category,
          actor: SYSTEM,
          because,
        });
  if (!issue) throw new Error(`issue ${JSON.stringify(decision)} is gone within one transaction`);
  await joinVoice(ports, tools, { feedback, issue, because });
  return issue.id;
}
