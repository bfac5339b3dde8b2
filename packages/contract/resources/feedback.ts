// Feedback: one thing that somebody said; and what its reporter may see of it.
import { LIMITS } from "@holdfast/base";
import { z } from "zod";
import { Instant } from "./common.ts";

export const FeedbackChannel = z.enum(["widget", "api", "hand"]);

export const FeedbackCategory = z.enum([
  "bug",
  "enhancement",
  "usability",
  "performance",
  "data_integrity",
  "integration",
  "documentation",
  "security",
  "question",
  "praise",
]);

/** How far a report has come, in words a reporter understands. */
export const ReportStatus = z.enum(["received", "investigating", "fixing", "resolved", "deferred", "declined"]);
export type ReportStatus = z.infer<typeof ReportStatus>;

/** `POST /api/feedback`, from the widget or from any client. */
export const FeedbackInput = z.strictObject({
  site: z
    .string()
    .max(104)
    .describe("A site that the settings declare; `workspace/site` where two workspaces use the name"),
  message: z.string().trim().min(1).max(LIMITS.feedback_message_characters_max),
  rating: z.int().min(1).max(5).optional(),
  category: FeedbackCategory.optional(),
  references: z
    .array(z.string().max(128))
    .max(LIMITS.feedback_references_max)
    .default([])
    .describe("`x-holdfast-ref` of the calls it is about"),
  page: z.string().max(2000).optional(),
  device: z.string().max(500).optional().describe("User agent or device name"),
  reporter: z.strictObject({ name: z.string().max(200).optional(), email: z.email().max(320).optional() }).default({}),
  idempotency_key: z.string().min(8).max(128).optional().describe("The same key from the same site is stored once"),
});
export type FeedbackInput = z.output<typeof FeedbackInput>;

/** What a member of the team writes down for somebody else: no site, no widget. */
export const FeedbackByHandInput = FeedbackInput.omit({ site: true, idempotency_key: true });
export type FeedbackByHandInput = z.output<typeof FeedbackByHandInput>;

/** Answer to the reporter. The token is shown once and is the only way to read the report again without signing in. */
export const FeedbackReceipt = z.object({
  id: z.string(),
  token: z.string(),
  status: ReportStatus,
  references_accepted: z.int(),
});
export type FeedbackReceipt = z.infer<typeof FeedbackReceipt>;

/** `GET /api/feedback/{id}?token=`: what the reporter sees. `history` is oldest first. */
export const FeedbackReport = z.object({
  id: z.string(),
  message: z.string(),
  created_at: Instant,
  status: ReportStatus,
  history: z.array(z.object({ status: ReportStatus, at: Instant, note: z.string().nullable() })),
});
export type FeedbackReport = z.infer<typeof FeedbackReport>;

/** The call that a feedback is about, kept as evidence beyond the retention of call records. Null fields until the record is found. */
export const LinkedCall = z.object({
  call_id: z.string(),
  by: z.enum(["reference"]),
  found: z.boolean(),
  at: Instant.nullable(),
  method: z.string().nullable(),
  path: z.string().nullable(),
  subject: z.string().nullable(),
  release: z.string().nullable(),
  status: z.int().nullable(),
  outcome: z.string().nullable(),
  failed: z.boolean(),
  duration_us: z.int().nullable(),
});
export type LinkedCall = z.infer<typeof LinkedCall>;

export const Feedback = z.object({
  id: z.string(),
  channel: FeedbackChannel,
  site: z.string().nullable(),
  message: z.string().describe("Scrubbed"),
  rating: z.int().nullable(),
  category: FeedbackCategory.nullable(),
  page: z.string().nullable(),
  device: z.string().nullable(),
  reporter_name: z.string().nullable(),
  reporter_email: z.string().nullable(),
  created_at: Instant,
  status: ReportStatus,
  issue_id: z.string().nullable(),
  joined_because: z.string().nullable().describe("Why it belongs to its issue"),
  calls: z.array(LinkedCall),
});
export type Feedback = z.infer<typeof Feedback>;

export const FeedbackQuery = z.object({
  state: z.enum(["new", "linked", "all"]).default("all").describe("new: not in any issue"),
  channel: FeedbackChannel.optional(),
  issue: z.string().optional(),
});
