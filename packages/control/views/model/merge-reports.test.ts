import type { UpstreamReport } from "@holdfast/contract";
import { expect, test } from "vitest";
import { mergeReports } from "./merge-reports.ts";

const report = (more: Partial<UpstreamReport> = {}): UpstreamReport => ({
  workspace: "acme",
  service: "orders",
  release: "v1",
  url: "http://10.0.0.1",
  state: "up",
  since: 100,
  last_error: null,
  open_connections: 2,
  running: 1,
  calls: 10,
  failures: 0,
  ...more,
});

test("the worst that any worker sees stands for all, with its time and its error", () => {
  const [merged] = mergeReports([
    [report()],
    [report({ state: "open", since: 300, last_error: "status 500", failures: 6 })],
    [report({ state: "open", since: 200, last_error: "older" })],
  ]);
  expect(merged).toEqual({
    service: "orders",
    release: "v1",
    url: "http://10.0.0.1",
    state: "open",
    workers: [
      { state: "open", count: 2 },
      { state: "up", count: 1 },
    ],
    since: 300,
    last_error: "status 500",
    open_connections: 6,
    running: 3,
    calls: 30,
    failures: 6,
  });
});

test("an error that is over is still told", () => {
  const [merged] = mergeReports([[report()], [report({ last_error: "status 503" })]]);
  expect(merged).toMatchObject({ state: "up", last_error: "status 503" });
});

test("rows are sorted, and what nobody counts has no count", () => {
  const bare = { state: "unwatched", since: null, running: null, calls: null, failures: null } as const;
  const merged = mergeReports([[report({ service: "z", ...bare }), report({ release: "v2" }), report()]]);
  expect(merged.map(({ service, release }) => `${service} ${release}`)).toEqual(["orders v1", "orders v2", "z v1"]);
  expect(merged[2]).toMatchObject({ state: "unwatched", since: null, running: null, calls: null, open_connections: 2 });
});
