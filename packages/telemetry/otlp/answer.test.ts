// What a collector's answer means.
import { expect, test } from "vitest";
import { type CollectorAnswer, decideVerdict, type Verdict } from "./answer.ts";

const NOW = Date.UTC(2026, 0, 5, 9);

const cases: [name: string, answer: Partial<CollectorAnswer>, verdict: Verdict][] = [
  ["all taken", { text: "{}" }, { kind: "accepted", rejected: 0, detail: "" }],
  ["all taken, without a word", { text: "" }, { kind: "accepted", rejected: 0, detail: "" }],
  ["all taken, in words that are none of ours", { text: "<ok/>" }, { kind: "accepted", rejected: 0, detail: "" }],
  [
    "some left out",
    { text: '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}' },
    { kind: "accepted", rejected: 3, detail: "too old" },
  ],
  [
    "all taken, with a warning",
    { text: '{"partialSuccess":{"errorMessage":"deprecated"}}' },
    { kind: "accepted", rejected: 0, detail: "deprecated" },
  ],
  [
    "a number that is none",
    { text: '{"partialSuccess":{"rejectedSpans":"many"}}' },
    { kind: "accepted", rejected: 0, detail: "" },
  ],
  ["too many requests", { status: 429 }, { kind: "again", after_ms: undefined, detail: "status 429" }],
  ["bad gateway", { status: 502 }, { kind: "again", after_ms: undefined, detail: "status 502" }],
  [
    "unavailable for seconds",
    { status: 503, retry_after: "7", text: '{"code":14,"message":"busy"}' },
    { kind: "again", after_ms: 7_000, detail: "status 503: busy" },
  ],
  [
    "unavailable until a time",
    { status: 503, retry_after: "Mon, 05 Jan 2026 09:00:02 GMT" },
    { kind: "again", after_ms: 2_000, detail: "status 503" },
  ],
  [
    "unavailable until a time that is over",
    { status: 503, retry_after: "Mon, 05 Jan 2026 08:00:00 GMT" },
    { kind: "again", after_ms: 0, detail: "status 503" },
  ],
  [
    "unavailable for ever",
    { status: 504, retry_after: "99999999" },
    { kind: "again", after_ms: 300_000, detail: "status 504" },
  ],
  [
    "a time that is none",
    { status: 503, retry_after: "soon" },
    { kind: "again", after_ms: undefined, detail: "status 503" },
  ],
  ["not understood", { status: 400, text: '{"message":"bad id"}' }, { kind: "refused", detail: "status 400: bad id" }],
  ["not let in", { status: 401, retry_after: "1" }, { kind: "refused", detail: "status 401" }],
  ["too large", { status: 413 }, { kind: "refused", detail: "status 413" }],
  ["its own error", { status: 500, text: "null" }, { kind: "refused", detail: "status 500" }],
  ["somewhere else", { status: 307 }, { kind: "refused", detail: "status 307" }],
];

test.each(cases)("%s", (_name, answer, verdict) => {
  expect(decideVerdict({ status: 200, retry_after: undefined, text: "", ...answer }, NOW)).toEqual(verdict);
});
