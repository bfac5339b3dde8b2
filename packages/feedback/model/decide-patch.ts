// What a person's change to an issue comes to: the new row, what the timeline says, and what reporters hear. Or why not.
import { failed, type Instant, ok, Problem, type Result } from "@holdfast/base";
import type { Issue, IssueEvent, IssuePatch, IssueStatus, PersonRef, ReportStatus } from "@holdfast/contract";
import { isClosed, mayMove, needsReason, reportStatusOf } from "./issue-status.ts";

export type Patched = {
  issue: Issue;
  events: Pick<IssueEvent, "kind" | "text">[];
  /** What reporters of the issue are told; undefined: nothing changed for them. */
  tell: { status: ReportStatus; note: string | null } | undefined;
};

/** `owner`: the person behind `owner_id`; null clears it; undefined leaves it. */
export function decidePatch(
  issue: Issue,
  patch: IssuePatch,
  { owner, now }: { owner: PersonRef | null | undefined; now: Instant },
): Result<Patched, Problem> {
  const moved = decideMove(issue, patch, now);
  if (!moved.ok) return moved;
  const events: Patched["events"] = [];
  const next = { ...moved.value.issue };
  if (patch.title !== undefined && patch.title !== issue.title) {
    next.title = patch.title;
    events.push({ kind: "note", text: `Renamed from “${issue.title}” to “${patch.title}”.` });
  }
  if (patch.severity !== undefined && patch.severity !== issue.severity) {
    next.severity = patch.severity;
    events.push({ kind: "severity", text: `Severity ${issue.severity} became ${patch.severity}.` });
  }
  if (owner !== undefined && owner?.id !== issue.owner?.id) {
    next.owner = owner;
    events.push({ kind: "owner", text: owner ? `${owner.name} owns it.` : "Nobody owns it." });
  }
  events.push(...moved.value.events);
  if (events.length > 0) next.updated_at = now;
  return ok({ issue: next, events, tell: moved.value.tell });
}

function decideMove(issue: Issue, patch: IssuePatch, now: Instant): Result<Patched, Problem> {
  const to = patch.status;
  if (to === undefined || to === issue.status) return ok({ issue, events: [], tell: undefined });
  if (!mayMove(issue.status, to)) {
    return failed(new Problem("conflict", { detail: `Reopen it first: a ${issue.status} issue cannot become ${to}.` }));
  }
  if (needsReason(to) && !patch.reason) {
    const message = `say why it is ${to}; its reporters read the reason`;
    return failed(new Problem("invalid_input", { errors: [{ path: "reason", message }] }));
  }
  const reason = needsReason(to) ? (patch.reason ?? null) : null;
  return ok({
    issue: { ...issue, status: to, reason, resolved_at: isClosed(to) ? now : null },
    events: [{ kind: "status", text: `${capital(issue.status)} became ${to}.${reason ? ` ${reason}` : ""}` }],
    tell: toldOf(issue.status, to, patch.tell || reason),
  });
}

function toldOf(from: IssueStatus, to: IssueStatus, note: string | null): Patched["tell"] {
  return reportStatusOf(from) === reportStatusOf(to) ? undefined : { status: reportStatusOf(to), note };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
