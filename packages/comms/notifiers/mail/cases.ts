// What must arrive at the mail server, byte for byte where it matters, and what must never leave.
import type { NotifierCase } from "../../notifier.ts";

const message = {
  key: "0190a5c4-0000-7000-8000-000000000001",
  to: "lena@reporters.example",
  subject: "Your report is resolved",
  text: "Hello,\n\nwhat you reported should work now.\n",
  reply_to: "support@shop.example",
};

export const cases: NotifierCase[] = [
  {
    name: "a plain message",
    message,
    arrives: {
      to: "lena@reporters.example",
      headers: {
        from: "holdfast@shop.example",
        to: "lena@reporters.example",
        "reply-to": "support@shop.example",
        subject: "Your report is resolved",
        "message-id": "<0190a5c4-0000-7000-8000-000000000001@shop.example>",
        "auto-submitted": "auto-generated",
        "content-type": "text/plain; charset=utf-8",
      },
      text: "Hello,\n\nwhat you reported should work now.\n",
    },
  },
  {
    name: "a subject that tries to add a receiver and a body",
    message: { ...message, subject: "Hi\r\nBcc: everyone@victims.example\r\n\r\nBuy now" },
    arrives: {
      to: "lena@reporters.example",
      headers: { subject: "Hi Bcc: everyone@victims.example Buy now" },
      text: message.text,
    },
  },
  {
    name: "a text that looks like the end of the mail and like commands",
    message: { ...message, text: "one\n.\nMAIL FROM:<x@victims.example>\n..two\n" },
    arrives: {
      to: "lena@reporters.example",
      headers: {},
      text: "one\n.\nMAIL FROM:<x@victims.example>\n..two\n",
    },
  },
  {
    name: "words of other languages",
    message: { ...message, subject: "Größe „L“", text: "Ça va – 大丈夫 😀\n" },
    arrives: { to: "lena@reporters.example", headers: { subject: "Größe „L“" }, text: "Ça va – 大丈夫 😀\n" },
  },
  {
    name: "a key that is no id",
    message: { ...message, key: "a b>\r\nBcc: x@victims.example" },
    arrives: {
      to: "lena@reporters.example",
      headers: { "message-id": "<a_b__Bcc__x_victims.example@shop.example>" },
      text: message.text,
    },
  },
  ...[
    "lena@reporters.example, other@victims.example",
    "lena@reporters.example\r\nBcc: other@victims.example",
    "Lena <lena@reporters.example>",
    "undisclosed:;",
    "",
  ].map((to) => ({
    name: `the receiver ${JSON.stringify(to)}`,
    message: { ...message, to },
    refuses: "not one plain e-mail address",
  })),
  {
    name: "a reply address with a second line",
    message: { ...message, reply_to: "support@shop.example\nBcc: other@victims.example" },
    refuses: "not one plain e-mail address",
  },
];
