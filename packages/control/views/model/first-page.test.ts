import { LIMITS } from "@holdfast/base";
import type { Action, Feedback, Finding, Issue, Weights } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { courseOf } from "./course.ts";
import { decideHeadline, type HeadlineMaterial } from "./headline.ts";
import { listNeeds } from "./needs.ts";
import { type StoryMaterial, storiesOf } from "./story.ts";

const NOW = Date.UTC(2026, 0, 5, 12);
const MINUTE = 60_000;

const finding = (ago_min: number, fields: Partial<Finding> = {}): Finding => ({
  id: `finding-${ago_min}`,
  at: NOW - ago_min * MINUTE,
  detector: "error_ratio",
  subject: "routes.orders",
  release: "v2",
  baseline: "v1",
  window_from: NOW - (ago_min + 2) * MINUTE,
  window_until: NOW - ago_min * MINUTE,
  value: 0.102,
  baseline_value: 0.005,
  calls: 1000,
  errors: 102,
  baseline_calls: 9000,
  baseline_errors: 45,
  p_value: 1e-30,
  sentence: "",
  issue_id: "issue",
  ...fields,
});

const issue = (fields: Partial<Issue> = {}): Issue => ({
  id: "issue",
  number: 12,
  title: "Orders fail",
  status: "new",
  severity: 2,
  category: null,
  owner: null,
  fingerprint: null,
  subject: "routes.orders",
  release: "v2",
  reason: null,
  created_at: NOW - 20 * MINUTE,
  updated_at: NOW,
  resolved_at: null,
  voices: 19,
  findings: 1,
  ...fields,
});

const rollback = (ago_min: number, fields: Partial<Action> = {}): Action => ({
  id: "action",
  at: NOW - ago_min * MINUTE,
  kind: "shift_traffic",
  subject: "routes.orders",
  before: { v1: 0.9, v2: 0.1 },
  after: { v1: 1, v2: 0 },
  closed_before: [],
  closed: [],
  enabled_before: null,
  enabled: null,
  actor: { kind: "system", id: null, name: "Holdfast" },
  why: "errors",
  finding_id: null,
  issue_id: "issue",
  plan: 8,
  undone_by: null,
  ...fields,
});

const switchOff = (ago_min: number, fields: Partial<Action> = {}): Action =>
  rollback(ago_min, {
    kind: "switch",
    enabled_before: true,
    enabled: false,
    actor: { kind: "person", id: "ada", name: "A. Ito" },
    why: "The ledger is on fire",
    ...fields,
  });

const SPLIT: Weights = { v1: 0.9, v2: 0.1 };
const BACK: Weights = { v1: 1, v2: 0 };

function material(fields: Partial<StoryMaterial>, weights: Weights = SPLIT): StoryMaterial {
  return {
    now: NOW,
    findings: [],
    actions: [],
    issues: new Map([["issue", issue()]]),
    weights: () => weights,
    ...fields,
  };
}

const traffic = { per_minute: 1240.2, hour: { calls: 74_400, errors: 298 } };
const headline = (of: StoryMaterial, fields: Partial<HeadlineMaterial> = {}) =>
  decideHeadline({
    stories: storiesOf(of),
    course: (story) => courseOf(story, []),
    critical: [],
    off: [],
    traffic,
    ...fields,
  });

const at = (ago_min: number) => `{time:${NOW - ago_min * MINUTE}}`;

describe("the first line", () => {
  test.each<[string, StoryMaterial, Partial<HeadlineMaterial>, string, string]>([
    [
      "all is well",
      material({}),
      {},
      "quiet",
      "Everything holds: 1,240 calls a minute, 0.4 % errors in the last hour.",
    ],
    [
      "nothing is called",
      material({}),
      { traffic: { per_minute: 0, hour: { calls: 0, errors: 0 } } },
      "quiet",
      "No calls in the last hour.",
    ],
    [
      "a release fails",
      material({ findings: [finding(1)] }),
      {},
      "bad",
      `orders@v2 raised errors to 10.2 % from ${at(3)}; 19 people wrote.`,
    ],
    [
      "it has failed for a while: the story begins with its first finding",
      material({ findings: [finding(1), finding(11), finding(21)] }),
      {},
      "bad",
      `orders@v2 raised errors to 10.2 % from ${at(23)}; 19 people wrote.`,
    ],
    [
      "it was rolled back",
      material({ findings: [finding(5)], actions: [rollback(4)] }, BACK),
      {},
      "warn",
      `orders@v2 raised errors to 10.2 % from ${at(7)}; 19 people wrote; all traffic went back at ${at(4)}.`,
    ],
    [
      "settings took its traffic away",
      material({ findings: [finding(5, { issue_id: null })] }, BACK),
      {},
      "warn",
      `orders@v2 raised errors to 10.2 % from ${at(7)}; it gets no traffic now.`,
    ],
    [
      "it passed by itself",
      material({ findings: [finding(30)] }),
      {},
      "warn",
      `orders@v2 raised errors to 10.2 % from ${at(32)}; 19 people wrote; no more since ${at(30)}.`,
    ],
    [
      "it is over and its issue is closed",
      material({ findings: [finding(30)], issues: new Map([["issue", issue({ status: "resolved" })]]) }),
      {},
      "quiet",
      "Everything holds: 1,240 calls a minute, 0.4 % errors in the last hour.",
    ],
    [
      "yesterday's news",
      material({ findings: [finding(25 * 60)] }),
      {},
      "quiet",
      "Everything holds: 1,240 calls a minute, 0.4 % errors in the last hour.",
    ],
    [
      "a critical issue is open",
      material({}),
      { critical: [issue({ severity: 1 }), issue({ id: "b" })] },
      "bad",
      `Orders fail: open since ${at(20)}; nobody has it yet; 19 people wrote (and 1 other of severity 1).`,
    ],
    [
      "a route is switched off, whatever was put right",
      material({ findings: [finding(5)], actions: [rollback(4)] }, BACK),
      { off: [switchOff(9)], traffic: undefined },
      "warn",
      `orders is switched off by A. Ito since ${at(9)}: The ledger is on fire`,
    ],
    [
      "several are: the newest is told",
      material({}),
      { off: [switchOff(9), switchOff(2, { subject: "models.assistant", why: "It lies" }), switchOff(5)] },
      "warn",
      `assistant is switched off by A. Ito since ${at(2)}: It lies (and 2 others switched off)`,
    ],
    [
      "one is, and a release fails",
      material({ findings: [finding(1)] }),
      { off: [switchOff(9)] },
      "bad",
      `orders@v2 raised errors to 10.2 % from ${at(3)}; 19 people wrote.`,
    ],
    [
      "calls cannot be seen",
      material({}),
      { traffic: undefined },
      "warn",
      "The store of calls does not answer. Calls still pass, and their records wait in the spool.",
    ],
  ])("when %s", (_name, of, fields, level, sentence) => {
    expect(headline(of, fields)).toMatchObject({ level, sentence });
  });

  test("a finding stands as long as it would have been repeated, and no longer", () => {
    const quiet_min = LIMITS.finding_quiet_ms / MINUTE;
    expect(storiesOf(material({ findings: [finding(quiet_min + 1)] }))[0]?.state).toBe("standing");
    expect(storiesOf(material({ findings: [finding(quiet_min + 2)] }))[0]?.state).toBe("recovered");
  });

  test("an action that was undone took nothing away", () => {
    const of = material({ findings: [finding(5)], actions: [rollback(4, { undone_by: "other" })] }, BACK);
    expect(storiesOf(of)[0]?.action).toBeUndefined();
  });
});

describe("what needs a person", () => {
  const voice = (ago_min: number): Feedback => ({
    id: `voice-${ago_min}`,
    channel: "widget",
    site: "shop",
    message: "It does not work",
    rating: null,
    category: null,
    page: null,
    device: null,
    reporter_name: null,
    reporter_email: null,
    created_at: NOW - ago_min * MINUTE,
    status: "received",
    issue_id: null,
    joined_because: null,
    calls: [],
  });
  const needs = (fields: Partial<Parameters<typeof listNeeds>[0]>) =>
    listNeeds({ now: NOW, stories: [], unowned: [], unlinked: { newest: [], count: 0 }, ...fields });

  test("the worst first, then what waits longest; what can wait is left out", () => {
    const stories = storiesOf(material({ findings: [finding(1)] }));
    const unowned = [
      issue({ id: "two" }),
      issue({ id: "one", severity: 1, created_at: NOW - 9 * MINUTE }),
      issue({ id: "three", severity: 3 }),
    ];
    const newest = [voice(1), voice(20), voice(300)];
    const listed = needs({ stories, unowned, unlinked: { newest, count: 3 } });
    expect(listed.map(({ kind, id, level }) => [kind, id, level])).toEqual([
      ["issue", "one", "bad"],
      ["release", "routes.orders", "bad"],
      ["feedback", "voice-300", "warn"],
      ["issue", "two", "warn"],
    ]);
  });

  test("a release that somebody dealt with needs nobody", () => {
    const stories = storiesOf(material({ findings: [finding(5)], actions: [rollback(4)] }, BACK));
    expect(needs({ stories })).toEqual([]);
  });

  test("a voice of a moment ago does not need anyone yet", () => {
    expect(needs({ unlinked: { newest: [voice(14)], count: 1 } })).toEqual([]);
    expect(needs({ unlinked: { newest: [voice(15)], count: 1 } })).toMatchObject([{ level: "quiet" }]);
  });
});

describe("the course of a story", () => {
  const minute = (ago_min: number, errors: number, calls = 100, release = "v2") => ({
    subject: "routes.orders",
    release,
    at: NOW - ago_min * MINUTE,
    calls,
    errors,
    p50_us: 1,
    p95_us: 1,
    input_tokens: 0,
    output_tokens: 0,
    cost_nano_usd: 0,
  });
  const [story] = storiesOf(material({ findings: [finding(5)] }));

  test("begins at the first bad minute and is as bad as the worst one", () => {
    const minutes = [minute(7, 0), minute(6, 20), minute(5, 31), minute(4, 12), minute(6, 90, 100, "v1")];
    expect(story && courseOf(story, minutes)).toEqual({ from: NOW - 6 * MINUTE, peak: 0.31 });
  });

  test("a minute with few calls is not the worst, and without minutes the finding stands", () => {
    expect(story && courseOf(story, [minute(5, 4, 5)])).toEqual({ from: story?.from, peak: 0.102 });
    expect(story && courseOf(story, [])).toEqual({ from: story?.from, peak: 0.102 });
  });
});
