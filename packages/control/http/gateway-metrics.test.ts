import type { CallFigures } from "@holdfast/contract";
import { expect, test } from "vitest";
import { gatewayMetrics } from "./gateway-metrics.ts";

const orders: CallFigures = {
  workspace: "acme",
  subject: "routes.orders",
  release: "v1",
  statuses: [7, 5, 0, 2, 1],
  durations: [4, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1],
  duration_sum_s: 12.5,
  request_bytes: 10,
  response_bytes: 20,
  cache: [3, 1, 0, 0, 0, 0],
  refusals: { limits: 2 },
  upstream_errors: { upstream_timeout: 1 },
};

const text = gatewayMetrics({ calls: [orders], running: 4, shed: 6, cache_bytes: 1024 });
const of = 'workspace="acme",subject="routes.orders",release="v1"';

test.each([
  `holdfast_requests_total{${of},status="1xx"} 7`,
  `holdfast_requests_total{${of},status="2xx"} 5`,
  `holdfast_requests_total{${of},status="5xx"} 1`,
  `holdfast_refusals_total{${of},policy="limits"} 2`,
  `holdfast_upstream_errors_total{${of},error="upstream_timeout"} 1`,
  `holdfast_cache_requests_total{${of},use="hit"} 3`,
  `holdfast_response_bytes_total{${of}} 20`,
  "holdfast_requests_running 4",
  "holdfast_requests_shed_total 6",
  "holdfast_cache_bytes 1024",
])("%s", (line) => {
  expect(text.split("\n")).toContain(line);
});

test("buckets count those below them too, and end in the count", () => {
  const counts = text
    .split("\n")
    .flatMap((line) => /^holdfast_request_duration_seconds_bucket.* (\d+)$/.exec(line)?.[1] ?? []);
  expect(counts.map(Number)).toEqual([4, 4, 4, 7, 7, 7, 7, 7, 7, 7, 7, 8]);
  expect(text).toContain(`le="+Inf"} 8\nholdfast_request_duration_seconds_sum{${of}} 12.5\n`);
  expect(text).toContain(`holdfast_request_duration_seconds_count{${of}} 8\n`);
});

test("a name that needs quoting is quoted, and a route without a cache has no cache figures", () => {
  const odd = gatewayMetrics({
    calls: [{ ...orders, workspace: 'a"\\\n', cache: [0, 0, 0, 0, 0, 0] }],
    running: 0,
    shed: 0,
    cache_bytes: 0,
  });
  expect(odd).toContain('workspace="a\\"\\\\\\n"');
  expect(odd).not.toContain("holdfast_cache_requests_total");
});
