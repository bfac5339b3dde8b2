// The mail to a reporter about the status of their report. Values in, words out.
import type { ReportStatus } from "@holdfast/contract";
import type { ReportRow } from "../ports.ts";
import type { Texts } from "../texts/en.ts";

export type MailText = { subject: string; text: string };

/**
 * The first mail goes to an address that nobody has proven, so it repeats nothing of what was sent in: otherwise anyone could
 * have us deliver their words to anybody. Later ones follow a decision of the team and quote the report.
 */
export function reportMail(
  report: Pick<ReportRow, "message" | "reporter_name">,
  { status, note }: { status: ReportStatus; note: string | null },
  texts: Texts,
): MailText {
  const { subject, said, next } = texts.report[status];
  const is_first = status === "received";
  const parts = [
    texts.hello(is_first ? undefined : nameOf(report.reporter_name)),
    said,
    ...(note === null ? [] : [note.trim()]),
    next,
    ...(is_first ? [] : [`${texts.you_wrote}\n${quoted(report.message)}`]),
  ];
  return { subject, text: `${parts.join("\n\n")}\n` };
}

/** What looks like a name of a person; an address of a web site or a sentence is not one. */
function nameOf(name: string | null): string | undefined {
  return name !== null && /^[\p{L}\p{M}][\p{L}\p{M} .'’-]{0,59}$/u.test(name) ? name : undefined;
}

/** As mail clients show it. */
function quoted(message: string): string {
  return message
    .trim()
    .split(/\r\n|\r|\n/)
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}
