// A person makes an issue of what people said, or puts a feedback into one. A person may always overrule what was decided
// by evidence; the evidence still gives the issue its fingerprint, so that later reports of the same failure find it.
import { type Id, Problem, shorten } from "@holdfast/base";
import type { Actor, FeedbackIssueInput, Issue, IssueInput, LinkedCall } from "@holdfast/contract";
import { failureFingerprint, fingerprintsOf } from "@holdfast/correlation";
import type { z } from "zod";
import { joinVoice, openIssue, type Tools } from "./join.ts";
import type { FeedbackPorts, FeedbackRow } from "./ports.ts";

export async function makeIssue(ports: FeedbackPorts, tools: Tools, input: IssueInput, actor: Actor): Promise<Id> {
  const voices: FeedbackRow[] = [];
  for (const [index, id] of [...new Set(input.feedback)].entries()) {
    const feedback = await ports.feedback.find(id);
    if (!feedback) {
      const errors = [{ path: `feedback.${index}`, message: "is no feedback of this workspace" }];
      throw new Problem("invalid_input", { errors });
    }
    voices.push(feedback);
  }
  const issue = await openIssue(ports, tools, {
    title: input.title,
    severity: input.severity,
    category: input.category ?? voices.find(({ category }) => category !== null)?.category ?? null,
    ...(await evidenceOf(
      ports,
      voices.flatMap(({ calls }) => calls),
    )),
    actor,
    because: `Made by ${actor.name}.`,
  });
  const because = `Put here by ${actor.name}.`;
  for (const feedback of voices) await joinVoice(ports, tools, { feedback, issue, because, actor });
  return issue.id;
}

export async function placeFeedback(
  ports: FeedbackPorts,
  tools: Tools,
  placing: { feedback_id: Id; input: z.output<typeof FeedbackIssueInput>; actor: Actor },
): Promise<Id> {
  const { feedback_id, input, actor } = placing;
  const feedback = await ports.feedback.find(feedback_id);
  if (!feedback) throw new Problem("not_found", { detail: `There is no feedback ${feedback_id}.` });
  if (input.issue_id === undefined) {
    const title = input.title ?? shorten(feedback.message.replace(/\s+/g, " "), 200);
    return await makeIssue(ports, tools, { title, severity: input.severity ?? 3, feedback: [feedback_id] }, actor);
  }
  const issue = await ports.issues.hold(input.issue_id);
  if (!issue)
    throw new Problem("invalid_input", { errors: [{ path: "issue_id", message: "is no issue of this workspace" }] });
  if (feedback.issue_id === issue.id) return issue.id;
  await joinVoice(ports, tools, { feedback, issue, because: `Put here by ${actor.name}.`, actor });
  return issue.id;
}

/** What the failing calls have in common, unless an open issue already stands for it: two would compete for reports. */
async function evidenceOf(
  { issues }: FeedbackPorts,
  calls: readonly LinkedCall[],
): Promise<Pick<Issue, "fingerprint" | "subject" | "release">> {
  const [fingerprint] = fingerprintsOf(calls);
  const call = calls.find((candidate) => fingerprint !== undefined && failureFingerprint(candidate) === fingerprint);
  if (fingerprint === undefined || !call) return { fingerprint: null, subject: null, release: null };
  const taken = await issues.findOpenByFingerprint(fingerprint);
  return { fingerprint: taken ? null : fingerprint, subject: call.subject, release: call.release };
}
