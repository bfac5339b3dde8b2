// What each kind of job does. A kind without a line here does not compile.
import type { MailHandlers } from "@holdfast/comms";
import type { FeedbackService } from "@holdfast/feedback";
import type { JobHandlers } from "./runner.ts";

export function createJobHandlers(tools: { feedback: Pick<FeedbackService, "link">; mail: MailHandlers }): JobHandlers {
  const { feedback, mail } = tools;
  return {
    async "feedback.link"({ workspace, payload }) {
      return (await feedback.link(workspace, payload.feedback_id)) === "later" ? "later" : "done";
    },
    async "report.tell"(job) {
      await mail["report.tell"](job);
      return "done";
    },
    async "mail.send"(job) {
      await mail["mail.send"](job);
      return "done";
    },
  };
}
