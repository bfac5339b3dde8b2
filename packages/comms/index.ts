// Who is told what, and how it reaches them.
export { createMailHandlers, type MailHandlers, type MailHandlerTools } from "./mail-handlers.ts";
export type { Message, Notifier } from "./notifier.ts";
export { createMailNotifier, type MailSettings } from "./notifiers/mail/notifier.ts";
export type { CommsPorts, ReportReader, ReportRow } from "./ports.ts";
