// English words to those who reported something. A calm colleague writes: what happened, what comes next, nothing else.
import type { ReportStatus } from "@holdfast/contract";

/** `said` stands before the note of the team, `next` after it. */
type ReportWords = { subject: string; said: string; next: string };

export type Texts = {
  hello(name: string | undefined): string;
  you_wrote: string;
  report: Record<ReportStatus, ReportWords>;
};

export const en: Texts = {
  hello: (name) => (name === undefined ? "Hello," : `Hello ${name},`),
  you_wrote: "You wrote:",
  report: {
    received: {
      subject: "We have your report",
      said: "thank you. Your report has arrived, and somebody will read it.",
      next: "You will hear from us when there is news.",
    },
    investigating: {
      subject: "We are looking into your report",
      said: "we are looking into what you reported.",
      next: "You will hear from us when we know more.",
    },
    fixing: {
      subject: "We are fixing what you reported",
      said: "we know what is wrong and are working on it.",
      next: "You will hear from us when it works.",
    },
    resolved: {
      subject: "What you reported is fixed",
      said: "what you reported should work now. Thank you for telling us.",
      next: "If it still goes wrong, please report it again, and we will look again.",
    },
    deferred: {
      subject: "Your report has to wait",
      said: "we have read your report and will not change this for now.",
      next: "Your report stays with us for when we take it up again.",
    },
    declined: {
      subject: "About your report",
      said: "we have read your report and decided to leave this as it is.",
      next: "Thank you for telling us all the same.",
    },
  },
};
