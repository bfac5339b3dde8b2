import { expect, it } from "vitest";
import type { Issue, LinkedCall } from "../../api/types.ts";
import { rankIssues } from "./rank-issues.ts";

const issue = (number: number, more: Partial<Issue> = {}) =>
  ({
    id: `i${number}`,
    number,
    title: "refund twice",
    subject: null,
    release: null,
    updated_at: number,
    ...more,
  }) as Issue;
const call = { failed: true, subject: "routes.orders", release: "v2" } as LinkedCall;
const voice = { calls: [call], issue_id: null };
const numbers = (found: Issue[]) => found.map((each) => each.number);

it("puts what shares route and release first, then the newest", () => {
  const same = issue(1, { subject: "routes.orders", release: "v2" });
  const other = issue(2, { subject: "routes.orders", release: "v1" });
  expect(numbers(rankIssues([other, issue(3), same], voice, ""))).toEqual([1, 3, 2]);
});
it("finds by number and by title", () => {
  const issues = [issue(12), issue(7, { title: "slow list" })];
  expect(numbers(rankIssues(issues, voice, "12"))).toEqual([12]);
  expect(numbers(rankIssues(issues, voice, "SLOW"))).toEqual([7]);
});
it("leaves out the issue it is already in", () => {
  expect(rankIssues([issue(1)], { ...voice, issue_id: "i1" }, "")).toEqual([]);
});
