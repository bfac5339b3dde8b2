import type { MeasureRow } from "@holdfast/contract";
import { expect, test } from "vitest";
import { busiestOf, perMinute, seriesOf, sparklineOf, totalsOf } from "./measures.ts";

const row = (release: string, at: number, calls: number, errors = 0, subject = "routes.orders"): MeasureRow => ({
  subject,
  release,
  at,
  calls,
  errors,
  p50_us: null,
  p95_us: null,
  input_tokens: 0,
  output_tokens: 0,
  cost_nano_usd: 0,
});

test("each release is one line in time's order, and a step without calls is a gap", () => {
  expect(seriesOf([row("v2", 0, 5), row("v1", 60, 2, 1), row("v1", 0, 3)])).toEqual([
    {
      release: "v1",
      subject: "routes.orders",
      points: [
        [0, 3, 0],
        [60, 2, 1],
      ],
    },
    { release: "v2", subject: "routes.orders", points: [[0, 5, 0]] },
  ]);
});

test("a sparkline has one place per step over all releases, null where nothing was called", () => {
  const window = { from: 30, until: 240, step_ms: 60 };
  expect(sparklineOf([row("v1", 0, 3, 0), row("v2", 0, 1, 1), row("v1", 180, 4, 2)], window)).toEqual([
    0.25,
    null,
    null,
    0.5,
  ]);
});

test("pace counts the last minutes only", () => {
  const rows = [row("v1", 0, 1000), row("v1", 120_000, 30), row("v2", 180_000, 10)];
  expect(perMinute(rows, 240_000, 120_000)).toBe(20);
});

test("the busiest subject has most calls over all its releases", () => {
  expect(busiestOf([row("v1", 0, 6, 0, "a"), row("v1", 0, 5, 0, "b"), row("v2", 0, 5, 0, "b")])).toBe("b");
  expect(busiestOf([])).toBeUndefined();
});

test("calls that were refused before a release was chosen dilute nothing", () => {
  const row = {
    subject: "routes.orders",
    at: 0,
    calls: 10,
    errors: 1,
    p50_us: 1,
    p95_us: 1,
    input_tokens: 0,
    output_tokens: 0,
    cost_nano_usd: 0,
  };
  const rows: MeasureRow[] = [
    { ...row, release: "v1" },
    { ...row, release: "", calls: 9_000, errors: 2 },
  ];
  expect(totalsOf(rows)).toEqual({ calls: 12, errors: 3 });
  expect(seriesOf(rows).map(({ release }) => release)).toEqual(["v1"]);
});
