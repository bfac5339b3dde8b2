// What needs a person, the most urgent first.
import { type Instant, presentMany, presentRelease, presentShare, shorten } from "@holdfast/base";
import type { Feedback, Issue, Overview } from "@holdfast/contract";
import type { Story } from "./story.ts";
import { timeMark } from "./time.ts";

type Need = Overview["needs"][number];

/** A voice that nobody looked at for this long asks for attention. */
const UNREAD_MS = 15 * 60_000;
const UNREAD_LONG_MS = 4 * 3_600_000;
const NEEDS_MAX = 20;

export type NeedsMaterial = {
  now: Instant;
  stories: readonly Story[];
  /** Open issues without an owner, newest first. */
  unowned: readonly Issue[];
  /** Feedback in no issue, newest first, and how many there are in all. */
  unlinked: { newest: readonly Feedback[]; count: number };
};

const ORDER = { bad: 0, warn: 1, quiet: 2 };

export function listNeeds({ now, stories, unowned, unlinked }: NeedsMaterial): Need[] {
  const releases = stories.filter(({ state }) => state === "standing").map(ofRelease);
  const issues = unowned.filter(({ severity }) => severity <= 2).map(ofIssue);
  return [...releases, ...issues, ...ofInbox(now, unlinked)]
    .toSorted((left, right) => ORDER[left.level] - ORDER[right.level] || left.at - right.at)
    .slice(0, NEEDS_MAX);
}

function ofRelease({ finding, from, issue }: Story): Need {
  const wrote = issue && issue.voices > 0 ? `; ${presentMany(issue.voices, "person", "people")} wrote` : "";
  return {
    kind: "release",
    id: finding.subject,
    level: "bad",
    title: `${presentRelease(finding.subject, finding.release)} fails ${presentShare(finding.value)} of its calls`,
    detail: `since ${timeMark(from)}, and nobody has acted${wrote}`,
    at: from,
  };
}

function ofIssue({ id, number, title, severity, voices, created_at }: Issue): Need {
  const wrote = voices > 0 ? `; ${presentMany(voices, "person", "people")} wrote` : "";
  return {
    kind: "issue",
    id,
    level: severity === 1 ? "bad" : "warn",
    title: `${number} ${title}`,
    detail: `severity ${severity}, without an owner since ${timeMark(created_at)}${wrote}`,
    at: created_at,
  };
}

/** One line for the whole inbox: forty lines of it would hide the rest. */
function ofInbox(now: Instant, { newest, count }: NeedsMaterial["unlinked"]): Need[] {
  const waiting = newest.filter(({ created_at }) => now - created_at >= UNREAD_MS);
  const oldest = waiting.at(-1);
  if (!oldest) return [];
  const others = count > 1 ? `; ${presentMany(count, "voice")} wait in the inbox` : "";
  return [
    {
      kind: "feedback",
      id: oldest.id,
      level: now - oldest.created_at >= UNREAD_LONG_MS ? "warn" : "quiet",
      title: shorten(oldest.message, 80),
      detail: `unread since ${timeMark(oldest.created_at)}${others}`,
      at: oldest.created_at,
    },
  ];
}
