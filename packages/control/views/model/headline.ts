// The first line of the first page: one sentence that says whether anything is wrong, and what.
import { presentCount, presentMany, presentRelease, presentShare } from "@holdfast/base";
import type { Action, Issue, Overview } from "@holdfast/contract";
import type { Course } from "./course.ts";
import type { Totals } from "./measures.ts";
import type { Story } from "./story.ts";
import { timeMark } from "./time.ts";

export type Headline = Overview["headline"];

export type HeadlineMaterial = {
  stories: readonly Story[];
  /** How bad a story got, and since when. */
  course(story: Story): Course;
  /** Open issues of severity 1, newest first. */
  critical: readonly Issue[];
  /** The switches by which routes and models serve nobody. */
  off: readonly Action[];
  /** Calls a minute, and failures of the last hour; undefined when the store of calls does not answer. */
  traffic: { per_minute: number; hour: Totals } | undefined;
};

/**
 * The worst news wins: a failing release, an open critical issue, what somebody has switched off, blindness, what was just put
 * right, and else quiet.
 */
export function decideHeadline({ stories, course, critical, off, traffic }: HeadlineMaterial): Headline {
  const standing = stories.find(({ state }) => state === "standing");
  if (standing) return tell(standing, course(standing));
  if (critical[0]) return aboutIssue(critical[0], critical.length);
  if (off.length > 0) return aboutSwitches(off);
  if (!traffic) return BLIND;
  const newest = stories[0];
  return newest ? tell(newest, course(newest)) : quiet(traffic);
}

const BLIND: Headline = {
  level: "warn",
  title: "Calls cannot be seen",
  sentence: "The store of calls does not answer. Calls still pass, and their records wait in the spool.",
};

/** "orders@v2 raised errors to 10 % from {time:…}; 19 people wrote; all traffic went back at {time:…}" */
function tell(story: Story, { from, peak }: Course): Headline {
  const { finding, issue, state } = story;
  const release = presentRelease(finding.subject, finding.release);
  const parts = [`${release} raised errors to ${presentShare(peak)} from ${timeMark(from)}`];
  if (issue && issue.voices > 0) parts.push(`${presentMany(issue.voices, "person", "people")} wrote`);
  const ending = endingOf(story);
  if (ending) parts.push(ending);
  const title = {
    standing: `${release} is failing`,
    acted: `${release} was taken out`,
    recovered: `${release} failed`,
  };
  return { level: state === "standing" ? "bad" : "warn", title: title[state], sentence: `${parts.join("; ")}.` };
}

function endingOf({ state, action, finding }: Story): string | undefined {
  if (state === "standing") return undefined;
  if (state === "recovered") return `no more since ${timeMark(finding.window_until)}`;
  return action ? `all traffic went back at ${timeMark(action.at)}` : "it gets no traffic now";
}

function aboutIssue(issue: Issue, count: number): Headline {
  const others = count > 1 ? ` (and ${presentMany(count - 1, "other")} of severity 1)` : "";
  const owner = issue.owner ? `${issue.owner.name} has it` : "nobody has it yet";
  const voices = issue.voices > 0 ? `; ${presentMany(issue.voices, "person", "people")} wrote` : "";
  return {
    level: "bad",
    title: `Issue ${issue.number} is open`,
    sentence: `${issue.title}: open since ${timeMark(issue.created_at)}; ${owner}${voices}${others}.`,
  };
}

/** The newest with its reason, the others by number. */
function aboutSwitches(off: readonly Action[]): Headline {
  const { subject, actor, at, why } = off.reduce((newest, each) => (each.at > newest.at ? each : newest));
  const title = `${presentRelease(subject, null)} is switched off`;
  const others = off.length > 1 ? ` (and ${presentMany(off.length - 1, "other")} switched off)` : "";
  return { level: "warn", title, sentence: `${title} by ${actor.name} since ${timeMark(at)}: ${why}${others}` };
}

function quiet({ per_minute, hour }: { per_minute: number; hour: Totals }): Headline {
  const title = "Everything holds";
  if (hour.calls === 0) return { level: "quiet", title, sentence: "No calls in the last hour." };
  const errors = presentShare(hour.errors / hour.calls);
  return {
    level: "quiet",
    title,
    sentence: `Everything holds: ${presentCount(Math.round(per_minute))} calls a minute, ${errors} errors in the last hour.`,
  };
}
