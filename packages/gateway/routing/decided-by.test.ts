import type { PlanCondition } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { createRouter } from "./router.ts";

describe("what decided beside host, path and method", () => {
  const beta: PlanCondition = { in: "header", name: "x-beta", present: true };
  const team: PlanCondition = { in: "header", name: "x-team", exact: ["a"] };
  const second: PlanCondition = { in: "version", name: "vnd.acme", exact: ["2"] };
  const debug: PlanCondition = { in: "query", name: "debug", exact: ["1"] };
  const router = createRouter(
    [
      { path: "/a" },
      { path: "/a", conditions: [beta, debug] },
      { path: "/a", methods: ["PUT"], conditions: [team] },
      { path: "/v", conditions: [second] },
      { path: "/q", conditions: [debug] },
      { path: "/q" },
      { path: "/a/:x", conditions: [beta] },
      { path: "/**" },
    ].map((pattern) => ({ pattern, route: pattern.path })),
  );

  test.each([
    ["GET", "/a", ["x-beta"]],
    ["PUT", "/a", ["x-team", "x-beta"]],
    ["GET", "/v", ["accept"]],
    ["GET", "/q", []],
    ["GET", "/other", []],
    // The more specific route gave way to this one because of a header, so that the header decided.
    ["GET", "/a/1", ["x-beta"]],
    ["GET", "/a/1/2", []],
  ])("%s %s: %j", (method, path, headers) => {
    const decided: string[] = [];
    router.match("x", path, {
      method,
      header: () => undefined,
      query: undefined,
      decidedBy: (names) => void decided.push(...names),
    });
    expect(decided).toEqual(headers);
  });
});
