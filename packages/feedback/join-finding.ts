// Puts what a detector saw into the issue about the same failing release: the one that voices opened, or a new one.
import type { Id } from "@holdfast/base";
import { type Finding, type Issue, SYSTEM } from "@holdfast/contract";
import { decideIssue, findingFingerprint } from "@holdfast/correlation";
import { addEvent, openIssue, type Tools } from "./join.ts";
import { decideSeverity, severityOfFinding } from "./model/severity.ts";
import type { FeedbackPorts } from "./ports.ts";

/** The id of the issue. Does nothing the second time. */
export async function joinFinding(ports: FeedbackPorts, tools: Tools, finding: Finding): Promise<Id> {
  const stored = await ports.findings.find(finding.id);
  if (stored?.issue_id) return stored.issue_id;
  const issue = await issueOf(ports, tools, finding);
  await ports.findings.join(finding.id, issue.id);
  await addEvent(ports, tools, issue.id, { kind: "finding", actor: SYSTEM, text: finding.sentence, ref: finding.id });
  const worse = decideSeverity(issue, finding);
  if (worse) await addEvent(ports, tools, issue.id, { kind: "severity", actor: SYSTEM, text: worse.because });
  const severity = worse?.severity ?? issue.severity;
  await ports.issues.save({ ...issue, severity, updated_at: tools.clock.now() });
  return issue.id;
}

async function issueOf(ports: FeedbackPorts, tools: Tools, finding: Finding): Promise<Issue> {
  const open = await ports.issues.findOpenByFingerprint(findingFingerprint(finding));
  const decision = decideIssue({ finding, open: open ? [open] : [] });
  if (open && decision.decide !== "create") return (await ports.issues.hold(open.id)) ?? open;
  if (decision.decide !== "create") throw new Error("a finding without an open issue makes one");
  return await openIssue(ports, tools, {
    ...decision.issue,
    severity: severityOfFinding(finding),
    category: "bug",
    actor: SYSTEM,
    because: decision.because,
  });
}
