// Feedback and issues: what people say, what it is about, and how far it has come.
export {
  createFeedbackService,
  type FeedbackOrigin,
  type FeedbackService,
  type FeedbackTools,
} from "./feedback-service.ts";
export { createIssueService, type FindPerson, type IssueService, type IssueTools } from "./issue-service.ts";
export { isClosed, mayMove, needsReason, reportStatusOf } from "./model/issue-status.ts";
export type { FeedbackPorts, FeedbackRepository, FeedbackRow, FindingLinks, IssueRepository } from "./ports.ts";
