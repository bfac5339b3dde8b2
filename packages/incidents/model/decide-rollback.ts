// Whether a finding may take traffic away by itself, and to where. Every guard has one sentence, which is kept as the reason.
import { type Instant, LIMITS, presentCount, presentRelease } from "@holdfast/base";
import type { Action, Finding, Weights } from "@holdfast/contract";
import type { FindingDraft } from "@holdfast/detection";
import type { PlannedSubject } from "../plan-control.ts";
import { closedWith } from "./closed.ts";
import { rounded } from "./weights.ts";

export type RollbackQuestion = {
  /** When this finding was first raised. */
  finding: Pick<Finding, "at">;
  /** What the detector sees now. */
  seen: FindingDraft;
  /** Undefined when the plan has no such subject any more. */
  subject: Pick<PlannedSubject, "weights" | "closed" | "picked" | "rollback"> | undefined;
  /** The newest action on this subject by anyone but the product. */
  by_person: Pick<Action, "at" | "actor"> | undefined;
  now: Instant;
};

export type RollbackDecision =
  | { decide: "roll_back"; after: Weights; closed: string[]; why: string }
  | { decide: "hold"; because: string };

export function decideRollback(question: RollbackQuestion): RollbackDecision {
  const because = reasonToHold(question);
  if (because !== undefined) return { decide: "hold", because };
  const { seen } = question;
  const { weights, rollback, closed, picked } = question.subject as NonNullable<RollbackQuestion["subject"]>;
  const share = (name: string) => weights[name] ?? 0;
  const against = rollback?.against ?? "";
  const after = { ...weights, [seen.release]: 0, [against]: rounded(share(against) + share(seen.release)) };
  return { decide: "roll_back", after, closed: closedWith(seen.release, { closed, picked }), why: seen.sentence };
}

/** The first guard that says no. Authority is only to abort: away from the release that was found, towards `against`. */
function reasonToHold({ finding, seen, subject, by_person, now }: RollbackQuestion): string | undefined {
  const rollback = subject?.rollback;
  if (!subject || !rollback) return "Nothing says where traffic of this release may go back to.";
  const { against, least_calls } = rollback;
  if (!rollback.automatic) return "Rolling back by itself is not switched on here.";
  if (seen.release === against) return `${against} is the release that others go back to; it has no other.`;
  if (subject.weights[seen.release] === undefined || subject.weights[against] === undefined)
    return "The plan no longer has both releases.";
  const is_reached = subject.picked.includes(seen.release) && !subject.closed.includes(seen.release);
  if (subject.weights[seen.release] === 0 && !is_reached)
    return `${presentRelease(seen.subject, seen.release)} gets no traffic already.`;
  if (seen.calls < least_calls)
    return `${presentCount(seen.calls)} calls are too few; ${presentCount(least_calls)} are needed.`;
  if (seen.baseline !== against || seen.baseline_calls === 0)
    return `No call shows that ${against} does better, so a person decides.`;
  if (now - seen.window_until > rollback.window_ms) return "What was seen is too old to act on.";
  if (by_person && by_person.at > Math.min(finding.at, now - LIMITS.person_hold_ms))
    return `${by_person.actor.name} set the split after this was found or a short while ago; a person wins.`;
  return undefined;
}
