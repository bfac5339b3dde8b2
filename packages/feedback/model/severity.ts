// The severity that an issue begins with when no person has judged it. 1 is the worst.
import { presentShare } from "@holdfast/base";
import type { Finding, Issue } from "@holdfast/contract";

/** A report whose calls failed: somebody could not do what they came for, and nothing says yet that it is many. */
export const SEVERITY_OF_A_FAILED_CALL = 3;

/** From this share of failing calls on, a release counts as down. */
const DOWN = 0.5;

/** A finding is many failures by proof: 2, or 1 when the release is as good as down. */
export function severityOfFinding(finding: Pick<Finding, "value">): number {
  return finding.value >= DOWN ? 1 : 2;
}

/** Evidence may make an issue worse than it is marked, never better: that is for a person. */
export function decideSeverity(
  issue: Pick<Issue, "severity">,
  finding: Pick<Finding, "value">,
): { severity: number; because: string } | undefined {
  const severity = severityOfFinding(finding);
  if (severity >= issue.severity) return undefined;
  return {
    severity,
    because: `Raised from ${issue.severity} to ${severity}: ${presentShare(finding.value)} of calls fail.`,
  };
}
