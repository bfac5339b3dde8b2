// What passes through a call of a model, byte for byte, and how much of it is kept meanwhile.
import { gunzipSync, gzipSync } from "node:zlib";
import { LIMITS } from "@holdfast/base";
import { afterEach, describe, expect, test } from "vitest";
import {
  chat,
  chatOf,
  completion,
  frame,
  json,
  serveOne,
  stream,
  UNTOLD,
  usage,
} from "../../tests/gateway/model-providers.ts";
import { closeAll, request, talk } from "../../tests/gateway/world.ts";

afterEach(closeAll);

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
    const { first, port, record } = await serveOne((response) => json(response, CALLED).end());
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
      frame.done,
    ];
    const { port } = await serveOne((response) => stream(response, frames).end());
    const answer = await talk(port, { pieces: [chat({ stream: true })] });
    expect(Buffer.from(unchunked(answer.body), "latin1").toString()).toBe(frames.join(""));
  });

  test.each([
    ["a document", {}, "application/json", JSON.stringify({ choices: [], usage })],
    ["a stream", { stream: true }, "text/event-stream", frame.delta("Hi") + frame.finish + frame.done],
  ])("in %s that is compressed though it was asked not to be", async (_, fields, type, text) => {
    const packed = gzipSync(text);
    const { port, record } = await serveOne((response) => {
      response.writeHead(200, { "content-type": type, "content-encoding": "gzip" }).end(packed);
    });
    const answer = await talk(port, { pieces: [chat(fields)] });
    expect(answer.header("content-encoding")).toBe("gzip");
    expect(gunzipSync(Buffer.from(unchunked(answer.body), "latin1")).toString()).toBe(text);
    expect(await record()).toMatchObject({ outcome: "ok", ai: UNTOLD });
  });

  test.each([400, 404, 409, 422, 429])("in a refusal of the provider's: %i", async (status) => {
    const words = '{ "error":{"message":"not so","type":"x","param":"tools[0]","code":null} }';
    const { port, record } = await serveOne((response) => json(response, words, { status }).end());
    const answer = await talk(port, { pieces: [chat({ stream: true })] });
    expect(answer.status).toBe(status);
    expect(unchunked(answer.body)).toBe(words);
    expect(await record()).toMatchObject({ status, upstream_status: status, outcome: "client_error", ai: UNTOLD });
  });
});

describe("what is kept of a call has a limit", () => {
  test("an answer that is too long to be read passes whole, and is not metered", async () => {
    const piece = "x".repeat(1024 * 1024);
    const pieces = LIMITS.buffered_body_bytes_max / piece.length + 1;
    const { port, record } = await serveOne((response) => {
      json(response, '{"choices":[{"message":{"content":"');
      for (let sent = 0; sent < pieces; sent++) response.write(piece);
      response.end(`"}}],"usage":${JSON.stringify(usage)}}`);
    });
    const answer = await talk(port, { pieces: [chat({})] });
    expect(answer.body).toMatch(/\r\n0\r\n\r\n$/);
    const kept = await record();
    expect(kept).toMatchObject({ outcome: "ok", ai: UNTOLD });
    expect(kept.response_bytes).toBeGreaterThan(LIMITS.buffered_body_bytes_max);
  });

  test("a request in chunks that grows too large is refused, and no provider hears of it", async () => {
    const { first, port, record } = await serveOne(completion);
    const chunk = `${(1024 * 1024).toString(16)}\r\n${"x".repeat(1024 * 1024)}\r\n`;
    const head = request("POST /v1/chat/completions", ["x-api-key: key-of-shop", "Transfer-Encoding: chunked"]);
    const pieces = [head, ...Array<string>(LIMITS.buffered_body_bytes_max / (1024 * 1024) + 1).fill(chunk)];
    expect((await talk(port, { pieces })).status).toBe(413);
    expect(await record()).toMatchObject({ outcome: "body_too_large", error_origin: "client", ai: null });
    expect(first.asked).toEqual([]);
  });
});
