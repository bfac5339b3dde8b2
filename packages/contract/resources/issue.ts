// Issue: the thing to fix, which many feedbacks and findings may share.
import { z } from "zod";
import { Actor, Instant, PersonRef } from "./common.ts";
import { FeedbackCategory } from "./feedback.ts";

export const IssueStatus = z.enum(["new", "investigating", "fixing", "resolved", "deferred", "declined"]);
export type IssueStatus = z.infer<typeof IssueStatus>;

export const Severity = z.int().min(1).max(4).describe("1 is the worst");

export const Issue = z.object({
  id: z.string(),
  number: z.int().describe("Counts up inside the workspace"),
  title: z.string(),
  status: IssueStatus,
  severity: Severity,
  category: FeedbackCategory.nullable(),
  owner: PersonRef.nullable(),
  fingerprint: z
    .string()
    .nullable()
    .describe("What its failing calls share; reports and findings of the same fingerprint join it"),
  subject: z.string().nullable(),
  release: z.string().nullable(),
  reason: z.string().nullable().describe("Why it was deferred or declined"),
  created_at: Instant,
  updated_at: Instant,
  resolved_at: Instant.nullable().describe("When it was closed: resolved, deferred or declined"),
  voices: z.int(),
  findings: z.int(),
});
export type Issue = z.infer<typeof Issue>;

export const IssueEvent = z.object({
  id: z.string(),
  at: Instant,
  kind: z.enum(["created", "voice", "finding", "change", "status", "owner", "severity", "note", "told"]),
  actor: Actor,
  text: z.string(),
  ref: z.string().nullable().describe("Id of the feedback, finding or action it speaks of"),
});
export type IssueEvent = z.infer<typeof IssueEvent>;

export const IssueInput = z.strictObject({
  title: z.string().trim().min(1).max(200),
  severity: Severity.default(3),
  category: FeedbackCategory.optional(),
  feedback: z.array(z.string()).max(100).default([]).describe("Feedback that it is made from"),
});
export type IssueInput = z.output<typeof IssueInput>;

export const IssuePatch = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  severity: Severity.optional(),
  status: IssueStatus.optional(),
  owner_id: z.string().nullable().optional(),
  reason: z.string().trim().min(1).max(2000).optional().describe("Needed when status becomes deferred or declined"),
  tell: z.string().trim().max(2000).optional().describe("Words for the reporters, sent with the change of status"),
});
export type IssuePatch = z.output<typeof IssuePatch>;

export const IssueQuery = z.object({
  state: z.enum(["open", "closed", "all"]).default("open"),
  owner: z.string().optional().describe("Person id, `me` or `none`"),
});

/** A note of the team on an issue; reporters do not see it. */
export const NoteInput = z.strictObject({ text: z.string().trim().min(1).max(10_000) });

/** `POST /feedback/{id}/issue`: joins the named issue, or makes a new one. */
export const FeedbackIssueInput = z.strictObject({
  issue_id: z.string().optional(),
  title: z.string().trim().min(1).max(200).optional().describe("Of the new issue; default: the message, shortened"),
  severity: Severity.optional(),
});
