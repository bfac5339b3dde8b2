// Which open issues a voice may be the same as: those behind the same route and release first, then the newest.
import type { Feedback, Issue } from "../../api/types.ts";

/** Whether a failing call of the voice went to the release that the issue is about. */
export function sharesRelease(issue: Issue, voice: Pick<Feedback, "calls">): boolean {
  return voice.calls.some(
    (call) => call.failed && call.subject !== null && call.subject === issue.subject && call.release === issue.release,
  );
}

/** `words` narrows by number or title; the issue that the voice is already in is left out. */
export function rankIssues(
  issues: readonly Issue[],
  voice: Pick<Feedback, "calls" | "issue_id">,
  words: string,
): Issue[] {
  const wanted = words.trim().toLowerCase();
  return issues
    .filter((issue) => issue.id !== voice.issue_id)
    .filter((issue) => `${issue.number} ${issue.title}`.toLowerCase().includes(wanted))
    .sort((a, b) => Number(sharesRelease(b, voice)) - Number(sharesRelease(a, voice)) || b.updated_at - a.updated_at);
}
