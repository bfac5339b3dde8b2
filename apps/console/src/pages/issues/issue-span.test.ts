import { expect, it } from "vitest";
import type { IssueDetail } from "../../api/types.ts";
import { issueSpan } from "./issue-span.ts";

const minute = 60_000;
const signs = (created: number, ...voices: number[]) => ({
  created_at: created * minute,
  findings: [],
  actions: [],
  feedback: voices.map((at) => ({ created_at: at * minute }) as IssueDetail["feedback"][number]),
});

it("shows at least the usual window", () => {
  expect(issueSpan(signs(1000), 5000 * minute)).toEqual({ from: 940 * minute, until: 1015 * minute });
});
it("begins before the first sign", () => {
  expect(issueSpan(signs(1000, 800), 5000 * minute).from).toBe(770 * minute);
});
it("does not reach past now", () => expect(issueSpan(signs(1000), 1001 * minute).until).toBe(1001 * minute));
it("shows the end of a long story", () => {
  const { from, until } = issueSpan(signs(10_000, 100), 50_000 * minute);
  expect(until - from).toBe(24 * 60 * minute);
});
