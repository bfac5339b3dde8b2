import type { Finding, LinkedCall } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { decideIssue, fingerprintsOf, type OpenIssue } from "./decide-issue.ts";

function linked(release: string | null, failed: boolean, at = 0): LinkedCall {
  return {
    call_id: `call-${release}-${at}`,
    by: "reference",
    found: true,
    at,
    method: "POST",
    path: "/orders/pay",
    subject: "routes.orders",
    release,
    status: failed ? 502 : 200,
    outcome: failed ? "upstream_unreachable" : "ok",
    failed,
    duration_us: 1_000,
  };
}

const lost: LinkedCall = { ...linked(null, false), found: false, subject: null, at: null };
const v2: OpenIssue = { id: "issue-2", number: 2, fingerprint: "failure.1:routes.orders@v2", voices: 0 };
const v3: OpenIssue = { id: "issue-3", number: 3, fingerprint: "failure.1:routes.orders@v3", voices: 0 };
const other: OpenIssue = { id: "issue-9", number: 9, fingerprint: null, voices: 4 };

const finding: Finding = {
  id: "finding-1",
  at: 10,
  detector: "error_ratio",
  subject: "routes.orders",
  release: "v2",
  baseline: "v1",
  window_from: 0,
  window_until: 10,
  value: 0.41,
  baseline_value: 0,
  calls: 100,
  errors: 41,
  baseline_calls: 900,
  baseline_errors: 0,
  p_value: 1e-30,
  sentence: "orders@v2 fails 41 % of 100 calls; orders@v1 fails 0 % of 900 calls.",
  issue_id: null,
};

describe("a feedback", () => {
  const joins = (issue_id: string, because: string) => ({ decide: "join", issue_id, because });

  test.each([
    [
      "joins the issue of a finding",
      [linked("v2", true), linked("v2", true), linked("v1", false)],
      [other, { ...v2, finding }],
      joins("issue-2", "2 of its calls failed like the 41 calls of the finding on orders@v2."),
    ],
    [
      "joins another report, whatever its words",
      [linked("v2", true)],
      [{ ...v2, voices: 1 }],
      joins("issue-2", "1 of its calls failed like those of 1 other report on orders@v2."),
    ],
    [
      "joins an issue that a person made of this failure",
      [linked("v2", true)],
      [v2],
      joins("issue-2", "1 of its calls failed on orders@v2, which this issue is about."),
    ],
    [
      "joins the issue of most of its failing calls",
      [linked("v3", true, 9), linked("v2", true, 1), linked("v2", true, 2)],
      [v3, v2],
      joins("issue-2", "2 of its calls failed on orders@v2, which this issue is about."),
    ],
    [
      "joins an open issue rather than opening one for its other calls",
      [linked("v3", true), linked("v2", true, 1), linked("v2", true, 2)],
      [v3],
      joins("issue-3", "1 of its calls failed on orders@v3, which this issue is about."),
    ],
    [
      "opens an issue for its failing calls",
      [linked("v2", true, 5), lost],
      [other, v3],
      {
        decide: "create",
        issue: {
          title: "POST /orders/pay fails on orders@v2",
          fingerprint: "failure.1:routes.orders@v2",
          subject: "routes.orders",
          release: "v2",
        },
        because: "1 of its calls failed on orders@v2, and no open issue is about that.",
      },
    ],
    ["waits for a person when nothing failed", [linked("v2", false)], [v2], leaves("None of its calls failed.")],
    ["waits for a person when its calls are unknown", [lost], [v2], leaves("No record of its calls was found.")],
    ["waits for a person without references", [], [v2], leaves("It came without references to calls.")],
  ])("%s", (_, calls, open, decision) => {
    expect(decideIssue({ calls, open })).toEqual(decision);
  });

  function leaves(because: string) {
    return { decide: "leave", because };
  }
});

describe("a finding", () => {
  test("joins the issue that voices opened about the same release", () => {
    expect(decideIssue({ finding, open: [v3, v2] })).toEqual({
      decide: "join",
      issue_id: "issue-2",
      because: `The same release fails. ${finding.sentence}`,
    });
  });

  test("opens an issue that says what it saw", () => {
    expect(decideIssue({ finding, open: [v3, other] })).toMatchObject({
      decide: "create",
      issue: { title: "orders@v2 fails more often than orders@v1", fingerprint: "failure.1:routes.orders@v2" },
      because: finding.sentence,
    });
  });
});

test("of equally many failing calls, the newest says first what it is about", () => {
  expect(fingerprintsOf([linked("v2", true, 1), linked("v3", true, 2), linked("v1", false, 3)])).toEqual([
    "failure.1:routes.orders@v3",
    "failure.1:routes.orders@v2",
  ]);
});
