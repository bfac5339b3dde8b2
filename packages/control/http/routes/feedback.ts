// What people said, as the team sees it; the reporter's side is in public-feedback.ts.
import {
  Feedback,
  FeedbackByHandInput,
  FeedbackIssueInput,
  FeedbackQuery,
  Issue,
  PageQuery,
  pageOf,
} from "@holdfast/contract";
import { recordByHand } from "../../commands/feedback.ts";
import { defineRoute, type Route } from "../route.ts";

const listFeedback = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/feedback",
  access: "viewer",
  summary: "Feedback, newest first",
  query: FeedbackQuery.extend(PageQuery.shape),
  shows: pageOf(Feedback),
  run: ({ services, params, query }) => services.feedback.list(params.workspace, query, query),
});

const addFeedback = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/feedback",
  access: "operator",
  summary: "Write down what somebody said in person, by phone or in a meeting",
  body: FeedbackByHandInput,
  status: 201,
  shows: Feedback,
  run: ({ services, params, body, who }) => recordByHand(services, params.workspace, body, who.actor),
});

const readFeedback = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/feedback/{id}",
  access: "viewer",
  summary: "One feedback with the calls it is about",
  shows: Feedback,
  run: ({ services, params }) => services.feedback.get(params.workspace, params.id),
});

const makeIssue = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/feedback/{id}/issue",
  access: "operator",
  summary: "Make an issue of a feedback, or join it to one",
  body: FeedbackIssueInput,
  shows: Issue,
  run: ({ services, params, body, who }) => services.issues.joinFeedback(params.workspace, params.id, body, who.actor),
});

export const feedbackRoutes: Route[] = [listFeedback, addFeedback, readFeedback, makeIssue];
