// Floods over HTTP/2 cost their sender the connection, and limits hold.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { answerOf, ca, echo, HOST, h2World, session } from "../../tests/gateway/h2-calls.ts";
import {
  END_HEADERS,
  END_STREAM,
  ERRORS,
  errorCodeOf,
  frame,
  HEADERS,
  headerBlock,
  PING,
  RST_STREAM,
  rawH2,
  requestFields,
  SETTINGS,
  uint32,
  WINDOW_UPDATE,
} from "../../tests/gateway/h2-frames.ts";
import { closeAll, closeLater, upstream } from "../../tests/gateway/world.ts";

afterEach(closeAll);

describe("floods end the connection", () => {
  test("rapid reset (CVE-2023-44487)", async () => {
    const { url } = await echo();
    const { tls_port, records } = await h2World(url);
    const client = await rawH2(tls_port, ca.certificate);
    const block = headerBlock(requestFields());
    const burst = Array.from({ length: 1000 }, (_, index) => [
      frame(HEADERS, END_HEADERS | END_STREAM, index * 2 + 1, block),
      frame(RST_STREAM, 0, index * 2 + 1, uint32(ERRORS.cancel)),
    ]).flat();
    client.send(...burst);
    expect(await client.ended()).toBe(true);
    expect(records.length).toBeLessThan(300);
  });

  test("resets that the client provokes (CVE-2025-8671)", async () => {
    const { url } = await upstream(() => undefined);
    const { tls_port, records } = await h2World(url);
    const client = await rawH2(tls_port, ca.certificate);
    const block = headerBlock(requestFields());
    for (let round = 0; round < 60 && !client.closed; round++) {
      const burst = Array.from({ length: 20 }, (_, index) => {
        const stream = (round * 20 + index) * 2 + 1;
        return [
          frame(HEADERS, END_HEADERS | END_STREAM, stream, block),
          frame(WINDOW_UPDATE, 0, stream, uint32(2 ** 31 - 1)),
        ];
      }).flat();
      client.send(...burst);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(await client.ended()).toBe(true);
    expect(records.length).toBeLessThan(500);
  });

  test.each([
    ["PING", () => frame(PING, 0, 0, Buffer.alloc(8))],
    ["SETTINGS", () => frame(SETTINGS, 0, 0)],
  ])("%s", async (_, made) => {
    const { url } = await echo();
    const { tls_port } = await h2World(url);
    const client = await rawH2(tls_port, ca.certificate);
    for (let round = 0; round < 40 && !client.closed; round++) {
      client.send(...Array.from({ length: 100 }, made));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(await client.ended()).toBe(true);
  });

  test("a head larger than the limit is one refused stream", async () => {
    const { url } = await echo();
    const { tls_port } = await h2World(url);
    const client = await session(tls_port);
    const big = await answerOf(client.request({ ...HOST, ":path": "/orders/1", "x-big": "x".repeat(40_000) }));
    expect(big.status).toBe(431);
    expect(big.body).toContain("header_too_large");
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x-${index}`, "1"]));
    const refused = client.request({ ...HOST, ":path": "/orders/1", ...many });
    await expect(once(refused, "response")).rejects.toThrow(/ENHANCE_YOUR_CALM/);
    expect((await answerOf(client.request({ ...HOST, ":path": "/orders/1" }))).status).toBe(200);
  });

  test("streams past the limit are refused, not queued", async () => {
    const waiting = createServer(() => undefined);
    await new Promise<void>((listening) => waiting.listen(0, "127.0.0.1", listening));
    closeLater(async () => {
      waiting.closeAllConnections();
      waiting.close();
    });
    const { tls_port, gateway } = await h2World(`http://127.0.0.1:${(waiting.address() as AddressInfo).port}`);
    const client = await rawH2(tls_port, ca.certificate);
    const block = headerBlock(requestFields());
    const opening = Array.from({ length: 140 }, (_, index) =>
      frame(HEADERS, END_HEADERS | END_STREAM, index * 2 + 1, block),
    );
    client.send(...opening);
    const refused = await client.expect(({ type }) => type === RST_STREAM);
    expect(refused && errorCodeOf(refused)).toBe(ERRORS.refused_stream);
    expect(refused?.stream).toBe(128 * 2 + 1);
    await gateway.drain(50);
  });
});
