// Sends plain-text e-mail over SMTP. Nothing that a reporter or a team member wrote can become a header or a second receiver.
import { createTransport } from "nodemailer";
import { defineNotifier, type Message, type Notifier } from "../../notifier.ts";
import { openServer, parseServer } from "./server.ts";

/** `smtp`: smtp[s]://[user:password@]host[:port]. `from`: one plain address. */
export type MailSettings = { smtp: string; from: string };

/** A mail server that has not answered by then is asked again later by the job; it must not hold up the others. */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

export const mail = defineNotifier<MailSettings>({ id: "mail", prepare: createMailNotifier });

export function createMailNotifier({ smtp, from }: MailSettings): Notifier {
  const server = parseServer(smtp);
  const transport = createTransport({
    ...server,
    ...TIMEOUTS,
    getSocket(_, callback) {
      openServer(server, TIMEOUTS.connectionTimeout).then((connection) => callback(null, { connection }), callback);
    },
  });
  return {
    async send(message) {
      await transport.sendMail(mailOf(message, oneAddress(from)));
    },
    close: () => transport.close(),
  };
}

/**
 * Message-ID is made from the key, so that a mail which was sent twice because its receipt got lost is shown once.
 * Auto-Submitted keeps answering machines quiet (RFC 3834 section 5).
 */
function mailOf({ key, to, subject, text, reply_to }: Message, from: string): Parameters<Transport["sendMail"]>[0] {
  const domain = from.slice(from.lastIndexOf("@") + 1);
  return {
    from: { name: "", address: from },
    to: { name: "", address: oneAddress(to) },
    ...(reply_to === null ? {} : { replyTo: { name: "", address: oneAddress(reply_to) } }),
    subject: oneLine(subject),
    text,
    messageId: `<${oneLine(key).replace(/[^\w.-]/g, "_")}@${domain}>`,
    headers: { "Auto-Submitted": "auto-generated" },
  };
}

type Transport = ReturnType<typeof createTransport>;

/** Exactly one address, in the plain form that people have (a dot-atom of RFC 5322, section 3.4.1). */
function oneAddress(text: string): string {
  if (/^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,253}[a-z0-9])?$/i.test(text)) return text;
  throw new Error("this is not one plain e-mail address");
}

/** Control characters would end a header. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
