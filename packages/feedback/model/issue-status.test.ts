import { IssueStatus } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { isClosed, mayMove, needsReason, reportStatusOf } from "./issue-status.ts";

const all = IssueStatus.options;
const pairs = all.flatMap((from) => all.map((to) => [from, to] as const)).filter(([from, to]) => from !== to);

describe.each(pairs)("%s to %s", (from, to) => {
  test("can be taken back if it can be done", () => {
    expect(mayMove(to, from)).toBe(mayMove(from, to));
  });

  test("is refused only between what works again and what will not be done", () => {
    const closed = [from, to].every(isClosed);
    expect(mayMove(from, to)).toBe(!(closed && [from, to].includes("resolved")));
  });
});

test("only what is put off or refused needs a reason", () => {
  expect(all.filter(needsReason)).toEqual(["deferred", "declined"]);
});

test("each status reads differently to its reporters", () => {
  expect(new Set(all.map(reportStatusOf)).size).toBe(all.length);
  expect(reportStatusOf("new")).toBe("received");
});
