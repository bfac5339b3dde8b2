// Deadlines against a clock that stands still: whenever a call begins between two looks, nothing fires early, and nothing much late.
import { LIMITS, simulatedClock } from "@holdfast/base";
import { afterEach, describe, expect, test } from "vitest";
import { hear } from "../../tests/gateway/hearing.ts";
import { closeAll, rawUpstream, request, routeTo, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const STEP_MS = LIMITS.deadline_step_ms;
const LIMIT_MS = 5 * STEP_MS + 3;
const LONG_MS = 60_000;

describe.each([
  ["for the whole call", { total_ms: LIMIT_MS }, 1],
  ["of the first byte", { first_byte_ms: LIMIT_MS }, 2],
])("the time %s", (_, limited, steps_late) => {
  test.each([0, 0.9, 1, STEP_MS / 2, STEP_MS - 1])(
    "fires in time for a call that began %d ms after a look",
    async (after_ms) => {
      const clock = simulatedClock();
      const timeouts = { connect_ms: LONG_MS, first_byte_ms: LONG_MS, idle_ms: LONG_MS, total_ms: LONG_MS, ...limited };
      let asked = 0;
      const { url } = await rawUpstream(() => asked++);
      const { port, records, record } = await world({ routes: [routeTo(url, { timeouts })] }, clock);
      await clock.advance(10 * STEP_MS + after_ms);
      hear(port, request("GET /orders/1"));
      await expect.poll(() => asked).toBe(1);
      await clock.advance(LIMIT_MS - 1);
      expect(records).toEqual([]);
      // Found by a look, and ended a moment later.
      await clock.advance(1 + steps_late * STEP_MS + 1);
      expect(await record()).toMatchObject({ status: 504, outcome: "upstream_timeout" });
    },
  );
});
