// Chat Completions as clients and servers really write it, with what must become of it.
import type { ModelTarget } from "@holdfast/contract";
import type { DialectCases } from "../case.ts";

const target: ModelTarget = {
  provider: "openai",
  kind: "openai",
  url: "https://api.openai.com/v1",
  model: "gpt-5-mini",
  key: "a-provider-key",
};

const SSE = "text/event-stream; charset=utf-8";

/** Frames of a stream; each is one chunk object or raw text. */
function stream(...frames: (object | string)[]): string {
  return frames.map((frame) => `data: ${typeof frame === "string" ? frame : JSON.stringify(frame)}\n\n`).join("");
}

function delta(piece: object, finish_reason: string | null = null, more: object = {}): object {
  return { id: "c1", object: "chat.completion.chunk", choices: [{ index: 0, delta: piece, finish_reason }], ...more };
}

const USAGE = {
  prompt_tokens: 12,
  completion_tokens: 3,
  total_tokens: 15,
  prompt_tokens_details: { cached_tokens: 8 },
};
const READ_USAGE = { input_tokens: 12, cached_input_tokens: 8, output_tokens: 3 };
const USAGE_ONLY = { id: "c1", object: "chat.completion.chunk", choices: [], usage: USAGE };
const HELLO = [delta({ role: "assistant", content: "" }), delta({ content: "Hé" }), delta({ content: 'llo "usage"' })];

export const cases: DialectCases = {
  requests: [
    {
      name: "unknown members, number precision, order and spacing stay as the client wrote them",
      body: '{ "seed": 12345678901234567890, "model" : "assistant",\n "messages":[{"role":"user","content":"\\"model\\": {"}], "x_new":{"a":[1.0,{}]} }',
      read: { model: "assistant", stream: false, wants_usage: false },
      target,
      sent: '{ "seed": 12345678901234567890, "model" : "gpt-5-mini",\n "messages":[{"role":"user","content":"\\"model\\": {"}], "x_new":{"a":[1.0,{}]} }',
    },
    {
      name: "a stream is asked for usage",
      body: '{"stream":true,"model":"assistant","messages":[]}',
      read: { model: "assistant", stream: true, wants_usage: false },
      target,
      sent: '{"stream":true,"model":"gpt-5-mini","stream_options":{"include_usage":true},"messages":[]}',
    },
    {
      name: "a stream that asks by itself is left alone",
      body: '{"model":"assistant","stream":true,"stream_options":{"include_usage":true}}',
      read: { model: "assistant", stream: true, wants_usage: true },
      target,
      sent: '{"model":"gpt-5-mini","stream":true,"stream_options":{"include_usage":true}}',
    },
    {
      name: "other stream options are kept, before the model and after it",
      body: '{"stream_options":{"include_obfuscation":false,"include_usage":false},"model":"assistant","stream":true}',
      read: { model: "assistant", stream: true, wants_usage: false },
      target,
      sent: '{"stream_options":{"include_obfuscation":false,"include_usage":true},"model":"gpt-5-mini","stream":true}',
    },
    {
      name: "null options and an escaped name",
      body: '{"mod\\u0065l":"assistant","stream":true,"stream_options":null}',
      read: { model: "assistant", stream: true, wants_usage: false },
      target,
      sent: '{"mod\\u0065l":"gpt-5-mini","stream":true,"stream_options":{"include_usage":true}}',
    },
  ],
  refusals: [
    { name: "no JSON", body: "model=assistant", says: /JSON object/ },
    { name: "no object", body: '["model"]', says: /JSON object/ },
    { name: "cut", body: '{"model":"assistant"', says: /JSON object/ },
    { name: "bytes that are no UTF-8", body: Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), says: /JSON object/ },
    { name: "no model", body: '{"messages":[]}', says: /`model`/ },
    { name: "a model that is no name", body: '{"model":{"$ne":1}}', says: /`model`/ },
    { name: "a stream that is no flag", body: '{"model":"assistant","stream":"yes"}', says: /`stream`/ },
    { name: "options that are none", body: '{"model":"a","stream_options":[]}', says: /`stream_options`/ },
    { name: "two models", body: '{"model":"cheap","messages":[],"mod\\u0065l":"dear"}', says: /more than once/ },
  ],
  answers: [
    {
      name: "a stream whose usage the client asked for",
      content_type: SSE,
      hide_usage: false,
      answer: stream(...HELLO, delta({}, "stop"), USAGE_ONLY, "[DONE]"),
      result: { usage: READ_USAGE, finish_reason: "stop", first_token_seen: true, complete: true },
    },
    {
      name: "a stream whose usage the gateway asked for",
      content_type: SSE,
      hide_usage: true,
      answer: stream(...HELLO, delta({}, "stop"), USAGE_ONLY, "[DONE]"),
      passed: stream(...HELLO, delta({}, "stop"), "[DONE]"),
      result: { usage: READ_USAGE, finish_reason: "stop", first_token_seen: true, complete: true },
    },
    {
      name: "usage beside the last choice is not hidden, because that would hide the choice",
      content_type: SSE,
      hide_usage: true,
      answer: stream(...HELLO, delta({}, "length", { usage: USAGE }), "[DONE]"),
      result: { usage: READ_USAGE, finish_reason: "length", first_token_seen: true, complete: true },
    },
    {
      name: "CRLF, comments, no space after the colon, fields we do not know, usage over two lines",
      content_type: SSE,
      hide_usage: true,
      answer:
        ': ping\r\n\r\nid: 7\r\ndata:{"choices":[{"delta":{"content":"a"},"finish_reason":null}],"usage":null}\r\n\r\n' +
        'data:{"choices":[],"usage":\r\ndata:{"prompt_tokens":1,"completion_tokens":2}}\r\n\r\ndata:[DONE]\r\n\r\n',
      passed:
        ': ping\r\n\r\nid: 7\r\ndata:{"choices":[{"delta":{"content":"a"},"finish_reason":null}],"usage":null}\r\n\r\n' +
        "data:[DONE]\r\n\r\n",
      result: {
        usage: { input_tokens: 1, cached_input_tokens: 0, output_tokens: 2 },
        first_token_seen: true,
        complete: true,
      },
    },
    {
      name: "usage that is split over several chunks adds up to its last figures",
      content_type: SSE,
      hide_usage: false,
      answer: stream(
        delta({ content: "a" }, null, { usage: { prompt_tokens: 9, prompt_tokens_details: { cached_tokens: 4 } } }),
        delta({ content: "b" }, null, { usage: { prompt_tokens: 9, completion_tokens: 1 } }),
        delta({}, "stop", { usage: { completion_tokens: 2 } }),
      ),
      result: {
        usage: { input_tokens: 9, cached_input_tokens: 4, output_tokens: 2 },
        finish_reason: "stop",
        first_token_seen: true,
        complete: true,
      },
    },
    {
      name: "a first frame about content filters says nothing and is kept",
      content_type: SSE,
      hide_usage: true,
      answer: stream({ choices: [], prompt_filter_results: [] }, ...HELLO),
      result: { first_token_seen: true, complete: false },
    },
    {
      name: "a tool call is a first token",
      content_type: SSE,
      hide_usage: true,
      answer: stream(delta({ role: "assistant", content: null, tool_calls: [{ index: 0 }] }), delta({}, "tool_calls")),
      result: { finish_reason: "tool_calls", first_token_seen: true, complete: true },
    },
    {
      name: "a stream that is cut inside a frame",
      content_type: SSE,
      hide_usage: true,
      answer: `${stream(...HELLO)}data: {"choi`,
      result: { first_token_seen: true, complete: false },
    },
    {
      name: "a stream that ends before its first token",
      content_type: SSE,
      hide_usage: true,
      answer: stream(delta({ role: "assistant", content: "" })),
      result: { first_token_seen: false, complete: false },
    },
    {
      name: "the last frame lacks its blank line",
      content_type: SSE,
      hide_usage: true,
      answer: `${stream(...HELLO, delta({}, "stop"))}data: [DONE]\n`,
      result: { finish_reason: "stop", first_token_seen: true, complete: true },
    },
    {
      name: "an error inside the stream is not a success, whatever follows",
      content_type: SSE,
      hide_usage: true,
      answer: stream(...HELLO, { error: { message: "overloaded", type: "server_error", code: null } }, "[DONE]"),
      result: { first_token_seen: true, complete: false, error: { message: "overloaded", code: "server_error" } },
    },
    {
      name: "an error as an event of its own",
      content_type: SSE,
      hide_usage: true,
      answer: `${stream(...HELLO)}event: error\ndata: {"message":"gone","code":503}\n\n`,
      result: { first_token_seen: true, complete: false, error: { message: "gone", code: "503" } },
    },
    {
      name: "frames that are no JSON pass",
      content_type: SSE,
      hide_usage: true,
      answer: stream("not json", delta({ content: "a" }), "[DONE]"),
      result: { first_token_seen: true, complete: true },
    },
    {
      name: "one document",
      content_type: "application/json",
      hide_usage: false,
      answer: JSON.stringify({ choices: [{ message: { content: "hé" }, finish_reason: "stop" }], usage: USAGE }),
      result: { usage: READ_USAGE, finish_reason: "stop", first_token_seen: true, complete: true },
    },
    {
      name: "one document, cut",
      content_type: "application/json",
      hide_usage: false,
      answer: '{"choices":[{"message":{"content":"h',
      result: { first_token_seen: false, complete: false },
    },
    {
      name: "an error document answers a streaming request",
      content_type: "application/json",
      hide_usage: true,
      answer: '{"error":{"message":"no such model","type":"invalid_request_error","code":"model_not_found"}}',
      result: {
        first_token_seen: false,
        complete: true,
        error: { message: "no such model", code: "model_not_found" },
      },
    },
    {
      name: "figures that are none",
      content_type: "application/json",
      hide_usage: false,
      answer: '{"choices":[{"finish_reason":7}],"usage":{"prompt_tokens":-1,"completion_tokens":"3"}}',
      result: { first_token_seen: true, complete: true },
    },
  ],
};
