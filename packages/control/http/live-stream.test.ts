import { LIMITS, type Log, Problem, simulatedClock } from "@holdfast/base";
import type { Principal } from "@holdfast/identity";
import { expect, test } from "vitest";
import { createLive } from "../live.ts";
import type { Services } from "../services.ts";
import { openLiveStream } from "./live-stream.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

function setUp() {
  const clock = simulatedClock();
  const live = createLive(clock);
  const membership = { holds: true };
  const authenticate = async () =>
    ({ roleIn: () => (membership.holds ? "viewer" : undefined) }) as unknown as Principal;
  // A session that ends is easier to play than to have; the door itself is tested against the real one in tests/control.
  const services = { clock, live, log: silent, identity: { authenticate } } as unknown as Services;
  return { clock, live, membership, services };
}

async function readAll(response: Response): Promise<string> {
  return await response.text();
}

test("a heartbeat keeps it open, and a membership that ends closes it within a minute", async () => {
  const { clock, live, membership, services } = setUp();
  const whole = readAll(openLiveStream(services, "acme", new Headers()));
  await clock.advance(60_000);
  expect(live.count()).toBe(1);
  membership.holds = false;
  await clock.advance(60_000);
  expect(live.count()).toBe(0);
  expect((await whole).match(/: still here/g)?.length).toBeGreaterThanOrEqual(4);
});

test("a reader who does not read is let go instead of being remembered", async () => {
  const { live, services } = setUp();
  openLiveStream(services, "acme", new Headers());
  for (let count = 0; count < 1_000; count++) live.changed("acme", "calls");
  expect(live.count()).toBe(0);
});

test("one stream more than the limit is refused", () => {
  const { live, services } = setUp();
  for (let count = 0; count < LIMITS.live_streams_max; count++) live.subscribe("acme", () => undefined);
  expect(() => openLiveStream(services, "acme", new Headers())).toThrow(
    new Problem("overloaded", { detail: `${LIMITS.live_streams_max} live streams are open.` }),
  );
});
