// Which voices speak of what: by the calls that they carry.
import { shorten } from "@holdfast/base";
import type { Feedback, Tide } from "@holdfast/contract";

const TEXT_CHARACTERS_MAX = 240;

/** A voice without a known call may speak of anything, so it is shown everywhere. */
export function speaksOf(feedback: Feedback, subject: string): boolean {
  const known = feedback.calls.filter((call) => call.found);
  return known.length === 0 || known.some((call) => call.subject === subject);
}

/** People who wrote about calls of this release. */
export function voicesAbout(feedback: readonly Feedback[], subject: string, release: string): number {
  return feedback.filter(({ calls }) => calls.some((call) => call.subject === subject && call.release === release))
    .length;
}

export function presentVoice({ id, created_at, message, issue_id, rating }: Feedback): Tide["voices"][number] {
  return { id, at: created_at, text: shorten(message, TEXT_CHARACTERS_MAX), issue_id, rating };
}
