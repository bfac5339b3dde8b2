// Answers of models on their way: every byte as the provider sent it, each piece at once, and an end that is none told as such, with
// what was spent and nothing made up.
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { simulatedClock } from "@holdfast/base";
import type { CallAi } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { hear, promised } from "../../tests/gateway/hearing.ts";
import { chat, chatOf, completion, provider, serve, usage } from "../../tests/gateway/model-providers.ts";
import { closeAll, modelAt, talk, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

const SSE = { "content-type": "text/event-stream" };
const JSON_TYPE = { "content-type": "application/json" };
const delta = (content: string, more: object = {}) =>
  `data: ${JSON.stringify({ choices: [{ delta: { content } }], ...more })}\n\n`;
const finish = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: "stop" }] })}\n\n`;
const DONE = "data: [DONE]\n\n";

/** What a record says of a call whose provider told nothing. */
const UNTOLD: Partial<CallAi> = {
  input_tokens: null,
  cached_input_tokens: null,
  output_tokens: null,
  cost_nano_usd: null,
  finish_reason: null,
};

/** Without the framing of chunks. */
function unchunked(body: string): string {
  let text = "";
  for (let at = 0; ; ) {
    const line_end = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.slice(at, line_end), 16);
    if (!(size > 0)) return text;
    text += body.slice(line_end + 2, line_end + 2 + size);
    at = line_end + 2 + size + 2;
  }
}

describe("nothing is written anew", () => {
  const SENT =
    '{ "seed":12345678901234567890,"tools":[{"type":"function","function":{"name":"find","parameters":{"$ref":"#/$defs/a","anyOf":[{"const":1.0}]}}}],\n "model":"assistant", "x_own" : {"cache_control":{"type":"ephemeral"}},"messages":[{"role":"user","content":"H\\u00e9"}]}';
  const CALLED =
    '{ "choices":[{"finish_reason":"tool_calls","message":{"reasoning_content":"…","tool_calls":[{"id":"1","function":{"name":"find","arguments":"{\\"a\\": 1.0}"}}]}}],\n"x_own":1e2 }';

  test("in a request but the model's name, and in its answer", async () => {
    const first = await provider("first", (response) => response.writeHead(200, JSON_TYPE).end(CALLED));
    const { port, record } = await serve([first.target]);
    const answer = await talk(port, { pieces: [chatOf(SENT)] });
    expect(first.asked[0]?.text).toBe(SENT.replace('"assistant"', '"first-large"'));
    expect(Buffer.from(unchunked(answer.body), "latin1").toString()).toBe(CALLED);
    expect((await record()).ai).toMatchObject({ finish_reason: "tool_calls", input_tokens: null, cost_nano_usd: null });
  });

  test("in a stream, however its frames are written", async () => {
    const frames = [
      ': ping\n\nid: 7\ndata: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"1","function":{"name":"find"}}]}}] }\n\n',
      'data:{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"a\\": "}}]}}],"x":1.0}\r\n\r\n',
      'event: message\ndata: {"choices":[{"delta":{"reasoning_content":"…","signature":"abc=="}}]}\n\n',
      'data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]}\n\n',
      DONE,
    ];
    const first = await provider("first", (response) => {
      response.writeHead(200, SSE);
      for (const frame of frames) response.write(frame);
      response.end();
    });
    const { port } = await serve([first.target]);
    const answer = await talk(port, { pieces: [chat({ stream: true })] });
    expect(Buffer.from(unchunked(answer.body), "latin1").toString()).toBe(frames.join(""));
  });

  test.each([
    ["a document", {}, JSON_TYPE, JSON.stringify({ choices: [], usage })],
    ["a stream", { stream: true }, SSE, delta("Hi") + finish + DONE],
  ])("in %s that is compressed though it was asked not to be", async (_, fields, type, text) => {
    const packed = gzipSync(text);
    const first = await provider("first", (response) => {
      response.writeHead(200, { ...type, "content-encoding": "gzip" }).end(packed);
    });
    const { port, record } = await serve([first.target]);
    const answer = await talk(port, { pieces: [chat(fields)] });
    expect(answer.header("content-encoding")).toBe("gzip");
    expect(gunzipSync(Buffer.from(unchunked(answer.body), "latin1")).toString()).toBe(text);
    expect(await record()).toMatchObject({ outcome: "ok", ai: UNTOLD });
  });

  test.each([400, 404, 409, 422, 429])("in a refusal of the provider's: %i", async (status) => {
    const words = '{ "error":{"message":"not so","type":"x","param":"tools[0]","code":null} }';
    const first = await provider("first", (response) => response.writeHead(status, JSON_TYPE).end(words));
    const { port, record } = await serve([first.target]);
    const answer = await talk(port, { pieces: [chat({ stream: true })] });
    expect(answer.status).toBe(status);
    expect(unchunked(answer.body)).toBe(words);
    expect(await record()).toMatchObject({ status, upstream_status: status, outcome: "client_error", ai: UNTOLD });
  });
});

test.each([true, false])("a piece passes when it comes, before any timer runs; usage asked for: %s", async (asks) => {
  const begun = promised<ServerResponse>();
  const first = await provider("first", (response) => {
    response.writeHead(200, SSE).flushHeaders();
    begun.tell(response);
  });
  const { port } = await world({ models: [modelAt([first.target])] }, simulatedClock());
  const stream_options = asks ? { stream_options: { include_usage: true } } : {};
  const { until } = hear(port, chat({ stream: true, ...stream_options }));
  const response = await begun.told;
  for (let tick = 0; tick < 20; tick++) {
    response.write(delta(`tick ${tick}`));
    await until(`tick ${tick}`);
  }
});

describe("usage", () => {
  test("that is told in pieces, again and again, is counted once", async () => {
    const input = { prompt_tokens: 100, prompt_tokens_details: { cached_tokens: 40 } };
    const first = await provider("first", (response) => {
      response.writeHead(200, SSE);
      response.write(delta("Hel", { usage: { ...input, completion_tokens: 0 } }));
      response.write(delta("lo", { usage: { ...input, completion_tokens: 4 } }));
      response.write(finish);
      response.write(`data: ${JSON.stringify({ choices: [], usage })}\n\n`);
      response.end(`data: ${JSON.stringify({ choices: [], usage: { completion_tokens: 10 } })}\n\n${DONE}`);
    });
    const { port, record } = await serve([first.target]);
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
    ["failed", (response) => void response.writeHead(500, JSON_TYPE).end('{"error":{"message":"no"}}'), 500],
    ["was silent", () => undefined, 504],
    ["hung up", (response) => void response.destroy(), 502],
    [
      "was cut",
      (response) => {
        response.writeHead(200, SSE).write(delta("a long beginning"));
        setTimeout(() => response.destroy(), 30);
      },
      200,
    ],
  ])("of a provider that %s is not made up", async (_, answer, status) => {
    const first = await provider("first", answer);
    const { port, record } = await serve([first.target]);
    await talk(port, { pieces: [chat({ stream: true })] });
    expect(await record()).toMatchObject({ status, error_origin: "upstream", ai: UNTOLD });
  });

  test.each([
    ["nothing", {}, UNTOLD],
    ["something", { usage: { ...usage, completion_tokens: 3 } }, { output_tokens: 3, cost_nano_usd: 86_000 }],
  ])("of a stream whose client left is what the provider told: %s", async (_, told, expected) => {
    const first = await provider("first", (response) => {
      response.writeHead(200, SSE).write(delta("Hel", told));
    });
    const { port, record } = await serve([first.target]);
    await talk(port, { pieces: [chat({ stream: true })], until: (raw) => raw.includes("Hel") });
    expect(await record()).toMatchObject({ outcome: "client_gone", ai: expected });
  });
});

describe("an answer that stops", () => {
  test("in a stream is ended, and is the provider's fault", async () => {
    const first = await provider("first", (response) => void response.writeHead(200, SSE).write(delta("Hel")));
    const { port, record } = await serve([first.target]);
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
        response.writeHead(200, { ...JSON_TYPE, "content-length": 500 }).write(HALF);
        setTimeout(() => response.destroy(), 30);
      },
    ],
    [
      "its chunks",
      (response) => {
        response.writeHead(200, JSON_TYPE).write(HALF);
        setTimeout(() => response.destroy(), 30);
      },
    ],
    // The provider's own proxy may end what the model did not.
    ["its document, though it ends in order", (response) => void response.writeHead(200, JSON_TYPE).end(HALF)],
    [
      "its document, with the connection",
      (response) => {
        response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${HALF}`);
      },
    ],
  ])("inside %s is no whole answer", async (_, answer) => {
    const first = await provider("first", answer);
    const { port, record } = await serve([first.target]);
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
    [
      "behind the head, before the first token",
      { stream: true },
      (response) => void response.writeHead(200, SSE).flushHeaders(),
    ],
    [
      "inside an answer",
      {},
      (response) => void response.writeHead(200, { ...JSON_TYPE, "content-length": 500 }).write("{"),
    ],
    ["inside a stream", { stream: true }, (response) => void response.writeHead(200, SSE).write(delta("Hel"))],
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
  const first = await provider("first", (response, { stream }) => {
    if (stream) response.writeHead(200, SSE).end(delta("Hi") + finish + DONE);
    else completion(response);
  });
  const { port } = await serve([first.target]);
  for (let call = 0; call < 6; call++) await talk(port, { pieces: [chat({ stream: call % 2 === 1 })] });
  expect(first.asked).toHaveLength(6);
  expect(first.connections()).toBe(1);
});

test("a client that does not read stops the provider, until it reads again", async () => {
  const MANY = 4000;
  const frame = delta("x".repeat(16 * 1024));
  let written = 0;
  const first = await provider("first", (response) => {
    response.writeHead(200, SSE);
    const more = (): void => {
      while (written++ < MANY) if (!response.write(frame)) return void response.once("drain", more);
    };
    more();
  });
  const timeouts = { connect_ms: 300, first_byte_ms: 300, idle_ms: 5000, total_ms: 9000 };
  const { port } = await serve([first.target], { timeouts });
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
