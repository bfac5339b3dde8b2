// Calls that hang at a dead upstream hold nobody else up. How little they do is measured by prove-dead-upstream.ts.
import { afterEach, expect, test } from "vitest";
import { closeAll, rawUpstream, request, routeTo, talk, upstream, world } from "../gateway/world.ts";

afterEach(closeAll);

const HANGING = 200;
const LIVE = 100;
/** A tenth of the time for which the others hang. */
const LIVE_MS_MAX = 200;

test("two hundred calls that hang at one upstream do not hold up another route", async () => {
  const { url } = await upstream((_, response) => response.end("ok"));
  const mute = await rawUpstream(() => undefined);
  const timeouts = { connect_ms: 2000, first_byte_ms: 2000, idle_ms: 2000, total_ms: 2000 };
  const { port } = await world({
    routes: [
      routeTo(url),
      routeTo(mute.url, { name: "dead", subject: "routes.dead", service: "dead", path: "/dead", timeouts }),
    ],
  });
  const hanging = Array.from({ length: HANGING }, () => talk(port, { pieces: [request("GET /dead")], wait_ms: 5000 }));
  await expect.poll(() => mute.connections()).toBe(HANGING);
  const slowest = await slowestOf(port);
  expect(slowest).toBeLessThan(LIVE_MS_MAX);
  expect((await Promise.all(hanging)).every(({ status }) => status === 504)).toBe(true);
});

/** Of calls one after the other, in milliseconds. */
async function slowestOf(port: number): Promise<number> {
  let slowest = 0;
  for (let call = 0; call < LIVE; call++) {
    const began = performance.now();
    const { status } = await talk(port, { pieces: [request("GET /orders/1")] });
    slowest = Math.max(slowest, performance.now() - began);
    expect(status).toBe(200);
  }
  return slowest;
}
