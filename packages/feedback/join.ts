// The steps that put something into an issue, inside a transaction of the caller. Services decide; this applies.
import { type Clock, type IdSource, shorten } from "@holdfast/base";
import { type Actor, type Feedback, type Issue, type IssueEvent, SYSTEM } from "@holdfast/contract";
import { reportStatusOf } from "./model/issue-status.ts";
import type { FeedbackPorts } from "./ports.ts";
import { tell } from "./tell.ts";

export type Tools = { clock: Clock; ids: IdSource };

type NewEvent = Pick<IssueEvent, "kind" | "actor" | "text"> & { ref?: string | null };

export async function addEvent(ports: FeedbackPorts, tools: Tools, issue_id: string, event: NewEvent): Promise<void> {
  await ports.issues.addEvent(issue_id, { ref: null, ...event, id: tools.ids(), at: tools.clock.now() });
}

export type Opening = Pick<Issue, "title" | "severity" | "category" | "fingerprint" | "subject" | "release"> & {
  actor: Actor;
  because: string;
};

/** What every issue begins with. */
const FRESH = { status: "new", owner: null, reason: null, resolved_at: null, voices: 0, findings: 0 } as const;

/**
 * Opens an issue, or returns the open one of the same fingerprint if another transaction was faster. Drawing the number
 * first is what makes this sure: it queues all who open an issue in this workspace, at the price of a gap in the numbers.
 */
export async function openIssue(ports: FeedbackPorts, tools: Tools, opening: Opening): Promise<Issue> {
  const { actor, because, ...described } = opening;
  const number = await ports.issues.nextNumber();
  const faster = opening.fingerprint && (await ports.issues.findOpenByFingerprint(opening.fingerprint));
  if (faster) return (await ports.issues.hold(faster.id)) ?? faster;
  const now = tools.clock.now();
  const issue: Issue = { ...described, ...FRESH, id: tools.ids(), number, created_at: now, updated_at: now };
  await ports.issues.add(issue);
  await addEvent(ports, tools, issue.id, { kind: "created", actor, text: because });
  const detail = { number, title: issue.title, because };
  await ports.audit.add({ id: tools.ids(), at: now, actor, what: "issue.create", target: issue.id, detail });
  return issue;
}

/** Puts a feedback into an issue that the caller holds, also out of another one, and lets its reporter know how far that issue is. */
export async function joinVoice(
  ports: FeedbackPorts,
  tools: Tools,
  { feedback, issue, because, actor = SYSTEM }: { feedback: Feedback; issue: Issue; because: string; actor?: Actor },
): Promise<void> {
  const now = tools.clock.now();
  if (feedback.issue_id !== null && feedback.issue_id !== issue.id) {
    const text = `A report was moved to #${issue.number}.`;
    await addEvent(ports, tools, feedback.issue_id, { kind: "voice", actor, text, ref: feedback.id });
  }
  await ports.feedback.join(feedback.id, issue.id, because);
  const text = `“${shorten(feedback.message, 200)}” ${because}`;
  const speaker: Actor = { kind: "reporter", id: null, name: feedback.reporter_name ?? "A reporter" };
  await addEvent(ports, tools, issue.id, { kind: "voice", actor: speaker, text, ref: feedback.id });
  await ports.issues.save({ ...issue, updated_at: now });
  const status = reportStatusOf(issue.status);
  if (status !== feedback.status) await tell(ports, feedback, { status, note: issue.reason, now });
}
