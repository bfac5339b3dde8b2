import { expect, test } from "vitest";
import { ConsumerLimitSettings, LimitSettings } from "./limits.ts";

test.each([
  [
    { by: "consumer", rate: "100 per 1m", burst: 20 },
    { rate: { count: 100, window_ms: 60_000 }, burst: 20 },
  ],
  [{ by: "key", quota: "10k per 1 month" }, { quota: { count: 10_000, window: "month" } }],
  [{ by: "key", quota: "10k per 24h" }, { quota: { count: 10_000, window_ms: 86_400_000 } }],
  [{ by: "route", concurrency: 500 }, { concurrency: 500 }],
  [{ by: "route", concurrency: "auto" }, { concurrency: "auto" }],
  [{ by: "address", bandwidth: "10MiB per 1s" }, { bandwidth: { bytes: 10_485_760, window_ms: 1000 } }],
  [{ by: "header:X-Tenant", rate: "1 per 1s" }, { by: "header:x-tenant" }],
  [{ by: "workspace", rate: "1 per 1s" }, { by: "workspace" }],
])("%j is read", (input, output) => {
  expect(LimitSettings.parse(input)).toMatchObject(output);
});

test.each([
  [{ by: "consumer" }, "needs exactly one of rate, quota, concurrency, bandwidth"],
  [{ by: "consumer", rate: "1 per 1s", concurrency: 5 }, "needs exactly one of"],
  [{ by: "consumer", quota: "5 per 1d", burst: 5 }, "belongs to a rate"],
  [{ by: "consumer", quota: "5 per 10s" }, "for shorter ones write a rate"],
  [{ by: "consumer", quota: "5 per 90d" }, "31d at most"],
  [{ by: "consumer", quota: 5 }, "did you mean 5 per 1 month?"],
  [{ by: "user", rate: "1 per 1s" }, "expected consumer, key, route"],
  [{ by: "header:", rate: "1 per 1s" }, "header:<name>"],
  [{ by: "route", concurrency: 0 }, ""],
  [{ by: "route", concurrency: "automatic" }, "such as 500, or auto"],
  [{ by: "route", bandwidth: "10 per 1s" }, "did you mean 10KiB or 10MiB?"],
  [{ by: "route", rate: "5 per 1s", tokens: 5 }, "tokens"],
])("%j is refused", (input, message) => {
  const parsed = LimitSettings.safeParse(input);
  expect(parsed.success).toBe(false);
  expect(JSON.stringify(parsed.error?.issues)).toContain(message);
});

test("a limit of a plan is by consumer unless it says otherwise, one of a route says by what", () => {
  expect(ConsumerLimitSettings.parse({ rate: "1 per 1s" })).toMatchObject({ by: "consumer" });
  expect(ConsumerLimitSettings.parse({ by: "header:X-Team", rate: "1 per 1s" }).by).toBe("header:x-team");
  expect(LimitSettings.safeParse({ rate: "1 per 1s" }).success).toBe(false);
});
