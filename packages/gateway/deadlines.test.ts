// Deadlines against a clock that stands still: whenever a call begins between two looks, nothing fires early, and nothing much late.
import { setTimeout as sleep } from "node:timers/promises";
import { LIMITS, simulatedClock } from "@holdfast/base";
import type { ModelTarget } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { hear } from "../../tests/gateway/hearing.ts";
import { chat } from "../../tests/gateway/model-providers.ts";
import { closeAll, modelAt, rawUpstream, request, routeTo, world } from "../../tests/gateway/world.ts";

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

test("the time of a model's whole call is kept as exactly, though nobody knew it before its name was read", async () => {
  const clock = simulatedClock();
  const timeouts = { connect_ms: LONG_MS, first_byte_ms: LONG_MS, idle_ms: LONG_MS, total_ms: LIMIT_MS };
  let asked = 0;
  const { url } = await rawUpstream(() => asked++);
  const prices = { input_usd_per_million: 1, output_usd_per_million: 1, cached_input_usd_per_million: 1 };
  const target: ModelTarget = { provider: "first", kind: "openai-compatible", url, model: "large", key: "sk", prices };
  const { port, records, record } = await world({ models: [modelAt([target], { timeouts })] }, clock);
  const whole = chat({});
  const { socket } = hear(port, whole.slice(0, -1));
  // It has come, and is seen by a look.
  await sleep(50);
  await clock.advance(2 * STEP_MS);
  socket.write(whole.slice(-1));
  await expect.poll(() => asked).toBe(1);
  await clock.advance(LIMIT_MS - 2 * STEP_MS - 1);
  expect(records).toEqual([]);
  await clock.advance(1 + STEP_MS + 1);
  expect(await record()).toMatchObject({ status: 504, outcome: "upstream_timeout" });
});
