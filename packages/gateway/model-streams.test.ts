// Answers of models on their way: each piece at once, an end that is none told as such, what was spent and nothing made up.
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { simulatedClock } from "@holdfast/base";
import { afterEach, describe, expect, test } from "vitest";
import { hear, promised } from "../../tests/gateway/hearing.ts";
import {
  chat,
  completion,
  frame,
  json,
  provider,
  serve,
  serveOne,
  stream,
  UNTOLD,
  usage,
} from "../../tests/gateway/model-providers.ts";
import { closeAll, modelAt, talk, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

test.each([true, false])("a piece passes when it comes, before any timer runs; usage asked for: %s", async (asks) => {
  const begun = promised<ServerResponse>();
  const first = await provider("first", (response) => {
    begun.tell(stream(response, []));
  });
  const { port } = await world({ models: [modelAt([first.target])] }, simulatedClock());
  const stream_options = asks ? { stream_options: { include_usage: true } } : {};
  const { until } = hear(port, chat({ stream: true, ...stream_options }));
  const response = await begun.told;
  for (let tick = 0; tick < 20; tick++) {
    response.write(frame.delta(`tick ${tick}`));
    await until(`tick ${tick}`);
  }
});

describe("usage", () => {
  test("that is told in pieces, again and again, is counted once", async () => {
    const input = { prompt_tokens: 100, prompt_tokens_details: { cached_tokens: 40 } };
    const frames = [
      frame.delta("Hel", { usage: { ...input, completion_tokens: 0 } }),
      frame.delta("lo", { usage: { ...input, completion_tokens: 4 } }),
      frame.finish,
      frame.spent(),
      frame.spent({ completion_tokens: 10 }) + frame.done,
    ];
    const { port, record } = await serveOne((response) => stream(response, frames).end());
    await talk(port, { pieces: [chat({ stream: true })] });
    // 60 of the input at its own price, 40 at that of cached ones, 10 of output: 1, 0.5 and 2 dollars a million.
    expect((await record()).ai).toMatchObject({
      input_tokens: 100,
      cached_input_tokens: 40,
      output_tokens: 10,
      cost_nano_usd: 60 * 1000 + 40 * 500 + 10 * 2000,
    });
  });

  test.each<[string, (response: ServerResponse) => void, number]>([
    ["failed", (response) => void json(response, '{"error":{"message":"no"}}', { status: 500 }).end(), 500],
    ["was silent", () => undefined, 504],
    ["hung up", (response) => void response.destroy(), 502],
    [
      "was cut",
      (response) => {
        stream(response, [frame.delta("a long beginning")]);
        setTimeout(() => response.destroy(), 30);
      },
      200,
    ],
  ])("of a provider that %s is not made up", async (_, answer, status) => {
    const { port, record } = await serveOne(answer);
    await talk(port, { pieces: [chat({ stream: true })] });
    expect(await record()).toMatchObject({ status, error_origin: "upstream", ai: UNTOLD });
  });

  test.each([
    ["nothing", {}, UNTOLD],
    ["something", { usage: { ...usage, completion_tokens: 3 } }, { output_tokens: 3, cost_nano_usd: 86_000 }],
  ])("of a stream whose client left is what the provider told: %s", async (_, told, expected) => {
    const { port, record } = await serveOne((response) => stream(response, [frame.delta("Hel", told)]));
    await talk(port, { pieces: [chat({ stream: true })], until: (raw) => raw.includes("Hel") });
    expect(await record()).toMatchObject({ outcome: "client_gone", ai: expected });
  });
});

describe("an answer that stops", () => {
  test("in a stream is ended, and is the provider's fault", async () => {
    const { port, record } = await serveOne((response) => stream(response, [frame.delta("Hel")]));
    const began = performance.now();
    const answer = await talk(port, { pieces: [chat({ stream: true })] });
    expect(performance.now() - began).toBeLessThan(1500);
    expect(answer).toMatchObject({ status: 200, ended: "closed" });
    expect(answer.body).not.toMatch(/0\r\n\r\n$/);
    expect(await record()).toMatchObject({ outcome: "upstream_timeout", error_origin: "upstream", status: 200 });
  });

  const HALF = '{"choices":[{"message":{"content":"Hel';

  test.each<[string, (response: ServerResponse) => void]>([
    [
      "its length",
      (response) => {
        json(response, HALF, { "content-length": 500 });
        setTimeout(() => response.destroy(), 30);
      },
    ],
    [
      "its chunks",
      (response) => {
        json(response, HALF);
        setTimeout(() => response.destroy(), 30);
      },
    ],
    // The provider's own proxy may end what the model did not.
    ["its document, though it ends in order", (response) => void json(response, HALF).end()],
    [
      "its document, with the connection",
      (response) => {
        response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${HALF}`);
      },
    ],
  ])("inside %s is no whole answer", async (_, answer) => {
    const { port, record } = await serveOne(answer);
    const answered = await talk(port, { pieces: [chat({})] });
    expect(answered.ended).toBe("closed");
    expect(answered.body).toContain("Hel");
    expect(answered.body).not.toMatch(/0\r\n\r\n$/);
    expect(await record()).toMatchObject({ outcome: "upstream_body_cut", error_origin: "upstream", ai: UNTOLD });
  });
});

describe("a client that leaves ends the provider's work at once", () => {
  test.each<[string, Record<string, unknown>, (response: ServerResponse) => void]>([
    ["before the answer", {}, () => undefined],
    ["before the answer of a stream", { stream: true }, () => undefined],
    ["behind the head, before the first token", { stream: true }, (response) => void stream(response, [])],
    ["inside an answer", {}, (response) => void json(response, "{", { "content-length": 500 })],
    ["inside a stream", { stream: true }, (response) => void stream(response, [frame.delta("Hel")])],
  ])("%s, while the provider says nothing", async (_, fields, answer) => {
    const asked = promised();
    const left = promised<number>();
    const first = await provider("first", (response) => {
      response.on("close", () => left.tell(performance.now()));
      answer(response);
      asked.tell();
    });
    const second = await provider("second", completion);
    const timeouts = { connect_ms: 1000, first_byte_ms: 5000, idle_ms: 5000, total_ms: 9000 };
    const { port, record } = await serve([first.target, second.target], { timeouts });
    const { socket } = hear(port, chat(fields));
    await asked.told;
    await sleep(50);
    const left_at = performance.now();
    socket.destroy();
    expect((await left.told) - left_at).toBeLessThan(250);
    expect(await record()).toMatchObject({ outcome: "client_gone", error_origin: "client", ai: UNTOLD });
    expect(second.asked).toEqual([]);
  });
});

test("calls of a model share connections to its provider, and streams do", async () => {
  const { first, port } = await serveOne((response, asked) => {
    if (asked.stream) stream(response, [frame.delta("Hi"), frame.finish, frame.done]).end();
    else completion(response);
  });
  for (let call = 0; call < 6; call++) await talk(port, { pieces: [chat({ stream: call % 2 === 1 })] });
  expect(first.asked).toHaveLength(6);
  expect(first.connections()).toBe(1);
});

test("a client that does not read stops the provider, until it reads again", async () => {
  const MANY = 4000;
  const long = frame.delta("x".repeat(16 * 1024));
  let written = 0;
  const timeouts = { connect_ms: 300, first_byte_ms: 300, idle_ms: 5000, total_ms: 9000 };
  const { port } = await serveOne(
    (response) => {
      stream(response, []);
      const more = (): void => {
        while (written++ < MANY) if (!response.write(long)) return void response.once("drain", more);
      };
      more();
    },
    { timeouts },
  );
  const { socket, until } = hear(port, chat({ stream: true }));
  await until("xxx");
  socket.pause();
  await sleep(400);
  const stopped_at = written;
  await sleep(200);
  expect(written).toBe(stopped_at);
  expect(stopped_at).toBeLessThan(MANY);
  socket.resume();
  await expect.poll(() => written).toBeGreaterThan(stopped_at);
});
