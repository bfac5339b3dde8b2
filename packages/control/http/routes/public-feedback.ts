// The reporter's side of feedback, on the public port: send it, and see later what became of it.
import { FeedbackInput, FeedbackReceipt, FeedbackReport } from "@holdfast/contract";
import { z } from "zod";
import { receiveFeedback, reportOf } from "../../commands/public-feedback.ts";
import { defineRoute, type Route } from "../route.ts";

const sendFeedback = defineRoute({
  method: "post",
  path: "/api/feedback",
  access: "public",
  summary: "Send feedback from a site; the receipt's token reads the report again",
  body: FeedbackInput,
  status: 201,
  shows: FeedbackReceipt,
  run: ({ services, body, headers }) => receiveFeedback(services, body, headers.get("origin") ?? undefined),
});

const readReport = defineRoute({
  method: "get",
  path: "/api/feedback/{id}",
  access: "public",
  summary: "What became of a report, for whoever holds its token",
  query: z.object({ token: z.string().min(1).max(200) }),
  shows: FeedbackReport,
  run: ({ services, params, query }) => reportOf(services, params.id, query.token),
});

export const publicFeedbackRoutes: Route[] = [sendFeedback, readReport];
