// The stretch of the tide that an issue is about: from before its first sign until after its last, at least the usual window.
import type { IssueDetail } from "../../api/types.ts";

const usual_ms = 75 * 60_000;
const before_ms = 30 * 60_000;
const after_ms = 15 * 60_000;
const minute_ms = 60_000;
/** Longer stories are shown by their end: a week of tide says nothing about an hour of failure. */
const longest_ms = 24 * 3_600_000;

type Signs = Pick<IssueDetail, "created_at" | "findings" | "feedback" | "actions">;

export function issueSpan(issue: Signs, now: number): { from: number; until: number } {
  const signs = [
    issue.created_at,
    ...issue.findings.map((finding) => finding.window_from),
    ...issue.feedback.map((voice) => voice.created_at),
    ...issue.actions.map((action) => action.at),
  ];
  const last = Math.min(Math.max(...signs) + after_ms, now);
  const until = Math.ceil(last / minute_ms) * minute_ms;
  const first = Math.min(Math.min(...signs) - before_ms, until - usual_ms);
  const from = Math.floor(Math.max(first, until - longest_ms) / minute_ms) * minute_ms;
  return { from, until };
}
