// The ways of an issue's status.
import type { IssueStatus } from "../api/types.ts";

const all: readonly IssueStatus[] = ["new", "investigating", "fixing", "resolved", "deferred", "declined"];
const usual: Record<IssueStatus, IssueStatus> = {
  new: "investigating",
  investigating: "fixing",
  fixing: "resolved",
  resolved: "investigating",
  deferred: "investigating",
  declined: "investigating",
};

/** The step that usually comes next. */
export function nextStatus(status: IssueStatus): IssueStatus {
  return usual[status];
}

/** Every status that differs from the present one. */
export function statusesAfter(status: IssueStatus): IssueStatus[] {
  return all.filter((each) => each !== status);
}

/** Deferring and declining are decisions, and stand with their reason. */
export function needsReason(status: IssueStatus): boolean {
  return status === "deferred" || status === "declined";
}

export function isClosed(status: IssueStatus): boolean {
  return status === "resolved" || needsReason(status);
}
