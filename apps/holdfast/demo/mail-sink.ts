// A mail server that keeps what it gets and delivers nothing: the demo shows what reporters would have read.
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export type KeptMail = { to: string; subject: string; text: string };
export type MailSink = { port: number; mails(): readonly KeptMail[]; close(): Promise<void> };

const MAILS_MAX = 200;

export function startMailSink(): Promise<MailSink> {
  const mails: KeptMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    // Asking DNS who is calling takes seconds where there is none.
    disableReverseLookup: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(", ");
        mails.unshift(readMail(to, Buffer.concat(chunks).toString("utf8")));
        mails.length = Math.min(mails.length, MAILS_MAX);
        done();
      });
    },
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.server.address() as AddressInfo;
      resolve({ port, mails: () => mails, close: () => new Promise((closed) => server.close(() => closed())) });
    });
  });
}

/** Our own mails are one plain text part; that is all this reads. */
function readMail(to: string, raw: string): KeptMail {
  const [head = "", ...body] = raw.split("\r\n\r\n");
  const headers = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const headerOf = (name: string): string =>
    headers
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim() ?? "";
  const text = body.join("\r\n\r\n");
  const quoted = headerOf("content-transfer-encoding").toLowerCase();
  return { to, subject: words(headerOf("subject")), text: decode(text, quoted).trim() };
}

function decode(text: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(text, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return text;
  const bytes = text
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** Encoded words of RFC 2047, as nodemailer writes them for subjects beyond ASCII. */
function words(text: string): string {
  return text.replace(/=\?utf-8\?([QB])\?([^?]*)\?=\s*/gi, (_, kind: string, part: string) =>
    kind.toUpperCase() === "B"
      ? Buffer.from(part, "base64").toString("utf8")
      : decode(part.replaceAll("_", " "), "quoted-printable"),
  );
}
