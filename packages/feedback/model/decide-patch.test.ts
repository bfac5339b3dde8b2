import type { Issue, IssuePatch } from "@holdfast/contract";
import { expect, test } from "vitest";
import { decidePatch } from "./decide-patch.ts";

const issue: Issue = {
  id: "issue",
  number: 7,
  title: "Payment fails",
  status: "investigating",
  severity: 3,
  category: null,
  owner: { id: "ada", name: "Ada" },
  fingerprint: null,
  subject: null,
  release: null,
  reason: null,
  created_at: 1,
  updated_at: 1,
  resolved_at: null,
  voices: 2,
  findings: 0,
};

function patched(patch: IssuePatch, before: Issue = issue, owner?: { id: string; name: string } | null) {
  const decided = decidePatch(before, patch, { owner, now: 9 });
  if (!decided.ok) throw decided.error;
  return decided.value;
}

test("resolving tells reporters the words meant for them", () => {
  const { issue: after, events, tell } = patched({ status: "resolved", tell: "Version 2.1 fixes it." });
  expect(after).toEqual({ ...issue, status: "resolved", updated_at: 9, resolved_at: 9 });
  expect(events).toEqual([{ kind: "status", text: "Investigating became resolved." }]);
  expect(tell).toEqual({ status: "resolved", note: "Version 2.1 fixes it." });
});

test("a reason is kept, and reporters read it unless there are other words for them", () => {
  const { issue: after, tell } = patched({ status: "deferred", reason: "Until the new checkout." });
  expect(after).toMatchObject({ status: "deferred", reason: "Until the new checkout.", resolved_at: 9 });
  expect(tell).toEqual({ status: "deferred", note: "Until the new checkout." });
  const other = patched({ status: "declined", reason: "Works as meant.", tell: "Please see the guide." });
  expect(other.tell).toEqual({ status: "declined", note: "Please see the guide." });
});

test("reopening forgets the reason and the end", () => {
  const deferred = { ...issue, status: "deferred" as const, reason: "Later.", resolved_at: 5 };
  const { issue: after, tell } = patched({ status: "investigating" }, deferred);
  expect(after).toMatchObject({ status: "investigating", reason: null, resolved_at: null });
  expect(tell).toEqual({ status: "investigating", note: null });
});

test("title, severity and owner each leave a line and tell nobody", () => {
  const { issue: after, events, tell } = patched({ title: "Pay fails", severity: 1 }, issue, { id: "bo", name: "Bo" });
  expect(after).toMatchObject({ title: "Pay fails", severity: 1, owner: { id: "bo", name: "Bo" }, updated_at: 9 });
  expect(events.map(({ text }) => text)).toEqual([
    "Renamed from “Payment fails” to “Pay fails”.",
    "Severity 3 became 1.",
    "Bo owns it.",
  ]);
  expect(tell).toBeUndefined();
});

test("an owner can be taken away", () => {
  expect(patched({}, issue, null)).toMatchObject({ issue: { owner: null }, events: [{ text: "Nobody owns it." }] });
});

test("a patch that changes nothing leaves no trace", () => {
  const same = patched({ title: issue.title, severity: 3, status: "investigating" }, issue, { id: "ada", name: "Ada" });
  expect(same).toEqual({ issue, events: [], tell: undefined });
});

test.each([
  [{ status: "deferred" }, issue, { code: "invalid_input" }],
  [{ status: "declined" }, issue, { code: "invalid_input" }],
  [{ status: "declined", reason: "No." }, { ...issue, status: "resolved" }, { code: "conflict" }],
] as [IssuePatch, Issue, { code: string }][])("%o is refused", (patch, before, problem) => {
  expect(decidePatch(before, patch, { owner: undefined, now: 9 })).toMatchObject({ ok: false, error: problem });
});
