// Calls of models: completions, streams, fallbacks and captures.
import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import {
  chat,
  completion,
  dead,
  frame,
  json,
  provider,
  serve,
  serveOne,
  stream,
  usage,
} from "../../tests/gateway/model-providers.ts";
import { closeAll, talk } from "../../tests/gateway/world.ts";

afterEach(closeAll);
/** (100 - 40) × 1000 + 40 × 500 + 10 × 2000 nano dollars. */
const COST_NANO_USD = 100_000;

const refuses = (status: number) => (response: ServerResponse) =>
  void json(response, '{"error":{"message":"bad key sk-first"}}', { status, "retry-after": "7" }).end();

test("a completion: the alias becomes the provider's model, the key the provider's key, and the cost is known", async () => {
  const { first, port, record } = await serveOne(completion);
  const answer = await talk(port, { pieces: [chat({ temperature: 0.5, own_field: { a: 1 } })] });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).toMatchObject({ id: "c1", usage });
  expect(answer.header("x-holdfast-ref")).toMatch(/^hf2\./);
  expect(answer.header("set-cookie")).toBeUndefined();
  expect(answer.raw).not.toContain("org-secret");
  expect(first.asked).toMatchObject([
    {
      url: "/v1/chat/completions",
      headers: { authorization: "Bearer sk-first" },
      body: { model: "first-large", own_field: { a: 1 } },
    },
  ]);
  expect(JSON.stringify(first.asked)).not.toContain("key-of-shop");
  expect(await record()).toMatchObject({
    workspace: "acme",
    subject: "models.assistant",
    release: "steady",
    consumer: "shop",
    outcome: "ok",
    path: "/v1/chat/completions",
    ai: {
      model: "assistant",
      provider: "first",
      provider_model: "first-large",
      stream: false,
      input_tokens: 100,
      cached_input_tokens: 40,
      output_tokens: 10,
      cost_nano_usd: COST_NANO_USD,
      finish_reason: "stop",
      attempts: 1,
    },
  });
});

describe("streams", () => {
  test("usage is asked for, metered, and hidden from a client that did not ask", async () => {
    const frames = [frame.delta("Hel"), frame.delta("lo"), frame.finish, frame.spent(), frame.done];
    const { first, port, record } = await serveOne((response) => stream(response, frames).end());
    const answer = await talk(port, { pieces: [chat({ stream: true })] });
    expect(answer.header("content-type")).toBe("text/event-stream");
    expect(answer.body).toContain("[DONE]");
    expect(answer.body).toMatch(/0\r\n\r\n$/);
    expect(answer.body).not.toContain("prompt_tokens");
    expect(first.asked).toMatchObject([{ body: { stream_options: { include_usage: true } } }]);
    const { ai } = await record();
    expect(ai).toMatchObject({ stream: true, output_tokens: 10, cost_nano_usd: COST_NANO_USD, finish_reason: "stop" });
    expect(ai?.first_token_us).toBeGreaterThan(0);
  });

  test("a client that asked for usage gets it", async () => {
    const frames = [frame.delta("Hi"), frame.finish, frame.spent(), frame.done];
    const { port } = await serveOne((response) => stream(response, frames).end());
    const answer = await talk(port, { pieces: [chat({ stream: true, stream_options: { include_usage: true } })] });
    expect(answer.body).toContain("prompt_tokens");
  });

  test.each([
    ["is cut", (response: ServerResponse) => void setTimeout(() => response.destroy(), 50)],
    ["just ends", (response: ServerResponse) => void response.end()],
  ])("a stream that %s is cut for the client too, and what was spent is kept", async (_, stop) => {
    const { port, record } = await serveOne((response) =>
      stop(stream(response, [frame.delta("Hel"), frame.delta("l", { usage })])),
    );
    const answer = await talk(port, { pieces: [chat({ stream: true })] });
    expect(answer.body).toContain("Hel");
    expect(answer.body).not.toMatch(/0\r\n\r\n$/);
    expect(await record()).toMatchObject({
      status: 200,
      outcome: "upstream_body_cut",
      error_origin: "upstream",
      ai: { output_tokens: 10, finish_reason: null },
    });
  });

  test("an error inside a stream passes, and counts", async () => {
    const frames = [frame.delta("Hel"), 'data: {"error":{"message":"overloaded"}}\n\n'];
    const { port, record } = await serveOne((response) => stream(response, frames).end());
    const answer = await talk(port, { pieces: [chat({ stream: true })] });
    expect(answer.body).toContain("overloaded");
    expect(await record()).toMatchObject({ status: 200, outcome: "upstream_error", error_origin: "upstream" });
  });

  test("a client that leaves ends the provider's work", async () => {
    let left: (value: unknown) => void = () => undefined;
    const gone = new Promise((resolve) => {
      left = resolve;
    });
    const { port, record } = await serveOne((response) => stream(response, [frame.delta("Hel")]).on("close", left));
    await talk(port, { pieces: [chat({ stream: true })], until: (raw) => raw.includes("Hel") });
    await gone;
    expect(await record()).toMatchObject({ outcome: "client_gone", ai: { stream: true } });
  });
});

describe("fallback", () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ["is over its limit", refuses(429)],
    ["fails", refuses(500)],
    ["refuses our key", refuses(401)],
    ["is silent", () => undefined],
    ["closes", (response) => void response.destroy()],
    ["begins and says nothing", (response) => void stream(response, [])],
  ])("when the first %s, the second answers", async (_, answer) => {
    const [first, second] = [await provider("first", answer), await provider("second", completion)];
    const { port, record } = await serve([first.target, second.target]);
    expect((await talk(port, { pieces: [chat({})] })).status).toBe(200);
    expect(second.asked).toMatchObject([
      { body: { model: "second-large" }, headers: { authorization: "Bearer sk-second" } },
    ]);
    expect(await record()).toMatchObject({
      outcome: "ok",
      upstream: new URL(second.target.url).host,
      ai: { provider: "second", provider_model: "second-large", attempts: 2 },
    });
  });

  test("when the first is not there", async () => {
    const second = await provider("second", completion);
    const { port, record } = await serve([dead, second.target]);
    expect((await talk(port, { pieces: [chat({})] })).status).toBe(200);
    expect(await record()).toMatchObject({ ai: { provider: "second", attempts: 2 } });
  });

  test("not once a byte was passed on", async () => {
    const first = await provider("first", (response) => {
      stream(response, [frame.delta("Hel")]);
      setTimeout(() => response.destroy(), 50);
    });
    const second = await provider("second", completion);
    const { port, record } = await serve([first.target, second.target]);
    await talk(port, { pieces: [chat({ stream: true })] });
    expect(second.asked).toEqual([]);
    expect(await record()).toMatchObject({ outcome: "upstream_body_cut", ai: { attempts: 1 } });
  });

  test.each<[string, (response: ServerResponse) => void, number, string]>([
    ["the provider's limit", refuses(429), 429, "client_error"],
    ["the provider's failure", refuses(503), 503, "upstream_error"],
    ["a refused key, without the provider's words", refuses(401), 502, "upstream_refused"],
    ["silence", () => undefined, 504, "upstream_timeout"],
  ])("the last one's answer is the answer: %s", async (_, answer, status, outcome) => {
    const first = await provider("first", answer);
    const { port, record } = await serve([dead, first.target]);
    const answered = await talk(port, { pieces: [chat({})] });
    expect(answered.status).toBe(status);
    if (outcome.startsWith("upstream_r")) expect(answered.raw).not.toContain("sk-first");
    if (status === 429) expect(answered.header("retry-after")).toBe("7");
    expect(await record()).toMatchObject({ status, outcome, ai: { attempts: 2 } });
  });
});

test("what a model's call said and heard is captured, scrubbed", async () => {
  const { port, record } = await serveOne(completion, { capture: { headers: true, payload_share: 1 } });
  await talk(port, { pieces: [chat({ user: "lena@example.com" })] });
  const { capture } = await record();
  expect(capture?.request_body).toContain('"content":"Hello"');
  expect(capture?.request_body).not.toContain("lena@");
  expect(capture?.request_headers).toContainEqual(["Authorization", "[hidden]"]);
  expect(capture?.response_body).toContain('"Hi"');
});
