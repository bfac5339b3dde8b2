// Resources as their own page shows them: together with what belongs to them.
import { z } from "zod";
import { CallRecord } from "../call-record.ts";
import { Feedback } from "./feedback.ts";
import { Issue, IssueEvent } from "./issue.ts";
import { Action, Finding } from "./operations.ts";

export const CallDetail = CallRecord.extend({
  reference: z.string().describe("`x-holdfast-ref` of the answer: what a feedback about this call carries"),
  feedback: z.array(Feedback).describe("What people said about this call"),
});
export type CallDetail = z.infer<typeof CallDetail>;

/** Events and actions are oldest first. */
export const IssueDetail = Issue.extend({
  events: z.array(IssueEvent),
  feedback: z.array(Feedback),
  findings: z.array(Finding).describe("In a list of issues their count stands here"),
  actions: z.array(Action),
});
export type IssueDetail = z.infer<typeof IssueDetail>;
