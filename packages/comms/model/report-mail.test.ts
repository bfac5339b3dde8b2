import { ReportStatus } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { en } from "../texts/en.ts";
import { reportMail } from "./report-mail.ts";

const report = { message: "I cannot pay.\nIt says: error", reporter_name: "Lena" };

test("a decision is told with its note and the report it answers", () => {
  const told = reportMail(report, { status: "deferred", note: "The new checkout replaces this in March." }, en);
  expect(told).toEqual({
    subject: "Your report has to wait",
    text: [
      "Hello Lena,",
      "",
      "we have read your report and will not change this for now.",
      "",
      "The new checkout replaces this in March.",
      "",
      "Your report stays with us for when we take it up again.",
      "",
      "You wrote:",
      "> I cannot pay.",
      "> It says: error",
      "",
    ].join("\n"),
  });
});

test("the first mail repeats nothing that was sent in", () => {
  const spam = { message: "Win a prize at evil.example", reporter_name: "Lena" };
  const { subject, text } = reportMail(spam, { status: "received", note: null }, en);
  expect(subject).toBe("We have your report");
  expect(text).not.toMatch(/Lena|prize|evil/);
});

test.each(["Win now: evil.example/x", "a".repeat(61), "Lena\nBcc: x", "<b>", null])(
  "%j is no name to greet",
  (name) => {
    const { text } = reportMail({ ...report, reporter_name: name }, { status: "fixing", note: null }, en);
    expect(text.split("\n")[0]).toBe("Hello,");
  },
);

describe.each(ReportStatus.options)("the words for %s", (status) => {
  test("are whole sentences under a short subject", () => {
    const { subject, said, next } = en.report[status];
    expect(subject.length).toBeLessThan(60);
    expect(subject).not.toMatch(/[.!]$/);
    expect(said).toMatch(/\.$/);
    expect(next).toMatch(/\.$/);
    expect(said + next).not.toMatch(/!/);
  });
});
