// Telling a reporter: the status of the report changes now, and the message about it leaves after the transaction.
import { type Instant, LIMITS } from "@holdfast/base";
import type { Feedback, ReportStatus } from "@holdfast/contract";
import { hashOfToken } from "./model/report-token.ts";
import type { FeedbackPorts } from "./ports.ts";

type Telling = { status: ReportStatus; note: string | null; now: Instant };

/** Changes what the reporter reads and, if there is an address, has a message sent once the change has settled. */
export async function tell(ports: FeedbackPorts, feedback: Feedback, { status, note, now }: Telling): Promise<void> {
  await ports.feedback.saveStatus(feedback.id, status, now, note);
  if (feedback.reporter_email === null) return;
  await ports.outbox.add({
    kind: "report.tell",
    payload: { feedback_id: feedback.id, status },
    run_at: now + LIMITS.tell_delay_ms,
  });
}

/** The first word to a reporter. The address is unproven, so nobody can have it flooded through us. */
export async function tellReceived(ports: FeedbackPorts, feedback: Feedback): Promise<void> {
  const now = feedback.created_at;
  await ports.feedback.saveStatus(feedback.id, "received", now, null);
  if (feedback.reporter_email === null) return;
  const address = hashOfToken(feedback.reporter_email.toLowerCase()).slice(0, 32);
  await ports.outbox.add({
    kind: "report.tell",
    payload: { feedback_id: feedback.id, status: "received" },
    dedupe: `report.tell:received:${address}:${Math.floor(now / LIMITS.receipt_mail_every_ms)}`,
  });
}
