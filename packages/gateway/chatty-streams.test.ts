// Streams that never pause share a worker with everybody else: other calls are answered between their pieces.
import type { ModelTarget } from "@holdfast/contract";
import { afterEach, expect, test } from "vitest";
import { startChatter } from "../../tests/gateway/chatter.ts";
import { chat } from "../../tests/gateway/model-providers.ts";
import { closeAll, modelAt, request, routeTo, talk, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const STREAMS = 3;
const CALLS = 30;
/**
 * What a call may take beside them, in the middle: 20 ms on an idle machine of two cores, ten of which are the client's own. libuv gives
 * one socket at most 32 reads of 64 KiB in a row, so nobody waits for more than 2 MiB of each stream; who had to wait for a stream's end
 * would wait for ever.
 */
const BESIDE_MS = 250;
const FRAME = `data: ${JSON.stringify({ choices: [{ delta: { content: "word " } }] })}\n\n`;

const timeouts = { connect_ms: 1000, first_byte_ms: 5000, idle_ms: 5000, total_ms: 20_000 };

test.each([
  ["routes", request("GET /chatter/1")],
  ["models, each frame read", chat({ stream: true })],
])("streams without a pause starve nobody: of %s", async (_, asking) => {
  const chatter = await startChatter(FRAME);
  const { url } = await upstream((_, response) => response.end("ok"));
  const target: ModelTarget = { provider: "p", kind: "openai-compatible", url: chatter.url, model: "m" };
  const { port } = await world({
    routes: [routeTo(url), routeTo(chatter.url, { subject: "routes.chatter", path: "/chatter/**", timeouts })],
    models: [modelAt([target], { timeouts })],
  });
  for (let stream = 0; stream < STREAMS; stream++) chatter.read(port, asking);
  await expect.poll(chatter.read_kib).toBeGreaterThan(1024);
  const before_kib = chatter.read_kib();
  const spent_ms: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const began = performance.now();
    const answer = await talk(port, { pieces: [request("GET /orders/1")] });
    expect(answer.status).toBe(200);
    spent_ms.push(performance.now() - began);
  }
  spent_ms.sort((left, right) => left - right);
  expect(spent_ms[CALLS / 2]).toBeLessThan(BESIDE_MS);
  // They did go on meanwhile: without that, nothing was proven.
  expect(chatter.read_kib() - before_kib).toBeGreaterThan(1024);
});
