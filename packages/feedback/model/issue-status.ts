// The status of an issue: which moves are allowed, which need a reason, and what its reporters read.
import type { IssueStatus, ReportStatus } from "@holdfast/contract";

/**
 * Where each status may go. Every move may be taken back, so a slip of the hand costs nothing. Missing on purpose: between
 * resolved and deferred or declined. What is resolved is reopened first, since its reporters were told that it works.
 */
const MOVES: Record<IssueStatus, readonly IssueStatus[]> = {
  new: ["investigating", "fixing", "resolved", "deferred", "declined"],
  investigating: ["new", "fixing", "resolved", "deferred", "declined"],
  fixing: ["new", "investigating", "resolved", "deferred", "declined"],
  resolved: ["new", "investigating", "fixing"],
  deferred: ["new", "investigating", "fixing", "declined"],
  declined: ["new", "investigating", "fixing", "deferred"],
};

const REPORT_STATUS: Record<IssueStatus, ReportStatus> = {
  new: "received",
  investigating: "investigating",
  fixing: "fixing",
  resolved: "resolved",
  deferred: "deferred",
  declined: "declined",
};

export function mayMove(from: IssueStatus, to: IssueStatus): boolean {
  return MOVES[from].includes(to);
}

/** Nobody works on it any more. */
export function isClosed(status: IssueStatus): boolean {
  return status === "resolved" || status === "deferred" || status === "declined";
}

/** To put something off or to say no is a decision that others will ask about. */
export function needsReason(status: IssueStatus): boolean {
  return status === "deferred" || status === "declined";
}

/** How an issue's status reads to those who reported it. */
export function reportStatusOf(status: IssueStatus): ReportStatus {
  return REPORT_STATUS[status];
}
