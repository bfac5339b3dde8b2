// The jobs that end in a mail: `report.tell` decides at the last moment whether there still is something to say and to whom,
// `mail.send` hands it to the mail server. Both may run twice; the reporter reads one mail.
import { LIMITS, type Transact, type WorkspaceName } from "@holdfast/base";
import type { Job } from "@holdfast/contract";
import { isNews } from "./model/news.ts";
import { reportMail } from "./model/report-mail.ts";
import type { Notifier } from "./notifier.ts";
import type { CommsPorts } from "./ports.ts";
import { en } from "./texts/en.ts";

export type MailHandlerTools = {
  transact: Transact<CommsPorts>;
  /** Undefined: the workspace has no mail settings; its reporters read their report's page instead. */
  notifier(workspace: WorkspaceName): Notifier | undefined;
  /** The address that a site's reporters may answer to. */
  replyTo(workspace: WorkspaceName, site: string | null): string | undefined;
};

type JobOf<Kind extends Job["kind"]> = Extract<Job, { kind: Kind }>;

/** Each rejects when the job is to be tried again. */
export type MailHandlers = {
  "report.tell"(job: JobOf<"report.tell">): Promise<void>;
  "mail.send"(job: JobOf<"mail.send">): Promise<void>;
};

export function createMailHandlers(tools: MailHandlerTools): MailHandlers {
  return {
    "report.tell": (job) => tellReporter(tools, job),
    async "mail.send"({ id, workspace, payload }) {
      const notifier = tools.notifier(workspace);
      if (!notifier) throw new Error("the workspace has no mail settings");
      await notifier.send({ key: id, ...payload });
    },
  };
}

/**
 * Says nothing when the status has moved on since, because another job speaks of where it is now, nor when it came back to what
 * the reporter heard before. However many jobs speak of one step of a report, it is told once.
 */
async function tellReporter(tools: MailHandlerTools, { workspace, payload }: JobOf<"report.tell">): Promise<void> {
  if (!tools.notifier(workspace)) return;
  await tools.transact(workspace, async ({ feedback, outbox }) => {
    const report = await feedback.find(payload.feedback_id);
    if (!report?.reporter_email || report.status !== payload.status) return;
    const history = await feedback.history(report.id);
    if (!isNews(history, LIMITS.tell_delay_ms)) return;
    const { subject, text } = reportMail(report, { status: report.status, note: history.at(-1)?.note ?? null }, en);
    const reply_to = tools.replyTo(workspace, report.site) ?? null;
    await outbox.add({
      kind: "mail.send",
      payload: { to: report.reporter_email, subject, text, reply_to },
      dedupe: `mail.send:${report.id}:${history.length}`,
    });
  });
}
