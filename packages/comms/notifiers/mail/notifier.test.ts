// The cases of the mail notifier, sent to a real SMTP server on loopback and read off the wire.
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cases } from "./cases.ts";
import { mail } from "./notifier.ts";
import { parseServer } from "./server.ts";

type Arrived = { receivers: string[]; headers: Record<string, string>; text: string };

const arrived: Arrived[] = [];
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const receivers = session.envelope.rcptTo.map(({ address }) => address);
      arrived.push({ receivers, ...read(Buffer.concat(chunks).toString("latin1")) });
      done();
    });
  },
});
let smtp: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  smtp = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
});
afterEach(() => void arrived.splice(0));
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

describe("the mail notifier", () => {
  test("has cases that it must refuse", () => {
    expect(cases.some((entry) => "refuses" in entry)).toBe(true);
  });

  test.each(cases)("$name", async (entry) => {
    const sender = mail.prepare({ smtp, from: "holdfast@shop.example" });
    if ("refuses" in entry) {
      await expect(sender.send(entry.message)).rejects.toThrow(entry.refuses);
      return expect(arrived).toEqual([]);
    }
    await sender.send(entry.message);
    sender.close();
    expect(arrived).toHaveLength(1);
    expect(arrived[0]).toMatchObject({ receivers: [entry.arrives.to], text: entry.arrives.text });
    expect(arrived[0]?.headers).toMatchObject(entry.arrives.headers);
    expect(arrived[0]?.headers).not.toHaveProperty("bcc");
  });

  test("a repeat is recognisable, another message is not taken for one", async () => {
    const sender = mail.prepare({ smtp, from: "holdfast@shop.example" });
    const { message } = cases[0] as (typeof cases)[number];
    await sender.send(message);
    await sender.send(message);
    await sender.send({ ...message, key: "another" });
    const [first, again, other] = arrived.map(({ headers }) => headers["message-id"]);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("a server that is not there is a failure that can be tried again", async () => {
    const sender = mail.prepare({ smtp: "smtp://127.0.0.1:1", from: "holdfast@shop.example" });
    await expect(sender.send((cases[0] as (typeof cases)[number]).message)).rejects.toThrow(/ECONNREFUSED/);
  });
});

test("an address with options for the mail library is refused: one of them names a program to run", () => {
  const smtp = "smtp://127.0.0.1:1?sendmail=true&path=/usr/bin/true";
  expect(() => mail.prepare({ smtp, from: "holdfast@shop.example" })).toThrow("not written as smtp://host:port");
});

test("an address that answers without being a mail server is not connected to", async () => {
  const sender = mail.prepare({ smtp: "smtp://169.254.169.254:80", from: "holdfast@shop.example" });
  await expect(sender.send((cases[0] as (typeof cases)[number]).message)).rejects.toThrow("link-local");
});

test.each([
  ["smtp://mail", { host: "mail", port: 587, secure: false }],
  ["smtps://mail:2465", { host: "mail", port: 2465, secure: true }],
  ["smtp://[::1]:25", { host: "::1", port: 25, secure: false }],
  ["smtp://me:a%40b@mail:25", { host: "mail", port: 25, secure: false, auth: { user: "me", pass: "a@b" } }],
  ["smtps://me:50%/a?b@c@mail", { host: "mail", port: 465, secure: true, auth: { user: "me", pass: "50%/a?b@c" } }],
])("the server of %s", (smtp, server) => {
  expect(parseServer(smtp)).toEqual(server);
});

/** Header fields unfolded, with lower-case names; the body decoded. `raw` holds one character per byte. */
function read(raw: string): { headers: Record<string, string>; text: string } {
  const end = raw.indexOf("\r\n\r\n");
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      decodedWords(line.slice(line.indexOf(":") + 2)),
    ]),
  );
  const body = decodedBody(raw.slice(end + 4), headers["content-transfer-encoding"] ?? "7bit");
  return { headers, text: body.toString("utf8").replaceAll("\r\n", "\n") };
}

function decodedBody(body: string, encoding: string): Buffer {
  if (encoding === "base64") return Buffer.from(body, "base64");
  if (encoding === "quoted-printable") return quotedPrintable(body.replace(/=\r\n/g, ""));
  return Buffer.from(body, "latin1");
}

function quotedPrintable(text: string): Buffer {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1");
}

/** Encoded words of RFC 2047. */
function decodedWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      (kind.toUpperCase() === "B" ? Buffer.from(text, "base64") : quotedPrintable(text.replaceAll("_", " "))).toString(
        "utf8",
      ),
    );
}
