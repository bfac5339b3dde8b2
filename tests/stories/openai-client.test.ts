// The official OpenAI client through the real process, as an application would use it: plain, streaming, refused.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@holdfast/base";
import type { CallRecord, Page } from "@holdfast/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveProvider } from "../../apps/holdfast/demo/ai-provider.ts";
import type { SmallServer } from "../../apps/holdfast/demo/http-server.ts";
import OpenAI from "../parts/openai.ts";
import { eventually } from "../process/eventually.ts";
import { type HoldfastProcess, startHoldfastProcess } from "../process/holdfast.ts";
import { firstAdmin, type Member } from "../process/team.ts";

const KEY = "hf_openai_0123456789abcdef";
const MESSAGES = [{ role: "user" as const, content: "Where is my order?" }];

let data_dir: string;
let provider: SmallServer;
let holdfast: HoldfastProcess;
let ada: Member;
let client: OpenAI;

beforeAll(async () => {
  data_dir = await mkdtemp(join(tmpdir(), "holdfast-openai-"));
  provider = await serveProvider({ seed: 1, clock: systemClock });
  const config = join(data_dir, "settings.yaml");
  await writeFile(config, settings(provider.port));
  holdfast = await startHoldfastProcess({ data_dir, args: ["--config", config], environment: { APP_KEY: KEY } });
  ada = await firstAdmin(holdfast);
  client = new OpenAI({ apiKey: KEY, baseURL: `${holdfast.gateway}/v1`, maxRetries: 0 });
});

afterAll(async () => {
  await holdfast.stop();
  await provider.close();
  await rm(data_dir, { recursive: true });
});

const settings = (port: number): string => `holdfast: 1
consumers: { app: { keys: ["\${env:APP_KEY}"] } }
providers: { sample: { kind: openai-compatible, url: http://127.0.0.1:${port}/v1 } }
models:
  assistant:
    access: api-key
    releases: { steady: { targets: [sample/harbour-large] } }
    prices: { input: 1, output: 2 }
`;

/** The record of the call that had this id, as soon as it can be asked for. */
function recordOf(request_id: string | null): Promise<CallRecord> {
  return eventually("the call's record", async () => {
    const { items } = await ada.in<Page<CallRecord>>("GET", "/calls");
    return items.find((call) => call.request_id === request_id);
  });
}

test("the models that a key may use", async () => {
  const models = await client.models.list();
  expect(models.data.map(({ id }) => id)).toEqual(["assistant"]);
});

test("a plain completion, its usage and its cost", async () => {
  const { data, response } = await client.chat.completions
    .create({ model: "assistant", messages: MESSAGES })
    .withResponse();
  expect(data.choices[0]?.message.content).toMatch(/\w+/);
  expect(response.headers.get("x-holdfast-ref")).toMatch(/^hf2\./);
  const { ai, outcome, release } = await recordOf(response.headers.get("x-request-id"));
  expect({ outcome, release }).toEqual({ outcome: "ok", release: "steady" });
  const { prompt_tokens = 0, completion_tokens = 0 } = data.usage ?? {};
  expect(ai).toMatchObject({
    model: "assistant",
    provider_model: "harbour-large",
    stream: false,
    input_tokens: prompt_tokens,
    output_tokens: completion_tokens,
    // 1 and 2 US dollars per million tokens are 1000 and 2000 billionths for one.
    cost_nano_usd: prompt_tokens * 1000 + completion_tokens * 2000,
  });
});

test("a stream arrives in pieces, without usage that nobody asked for, and is metered all the same", async () => {
  const { data: stream, response } = await client.chat.completions
    .create({ model: "assistant", messages: MESSAGES, stream: true })
    .withResponse();
  let text = "";
  let pieces = 0;
  let last_reason: string | null = null;
  for await (const chunk of stream) {
    expect(chunk.usage ?? null).toBeNull();
    text += chunk.choices[0]?.delta.content ?? "";
    last_reason = chunk.choices[0]?.finish_reason ?? last_reason;
    pieces += 1;
  }
  expect(pieces).toBeGreaterThan(5);
  expect(last_reason).toBe("stop");
  const { ai } = await recordOf(response.headers.get("x-request-id"));
  expect(ai).toMatchObject({ stream: true, finish_reason: "stop", output_tokens: Math.ceil(text.length / 4) });
  expect(ai?.first_token_us).toBeGreaterThan(0);
});

test("usage that was asked for is passed on", async () => {
  const stream = await client.chat.completions.create({
    model: "assistant",
    messages: MESSAGES,
    stream: true,
    stream_options: { include_usage: true },
  });
  const usages = [];
  for await (const chunk of stream) if (chunk.usage) usages.push(chunk.usage);
  expect(usages).toHaveLength(1);
});

test("refusals are errors that the client knows", async () => {
  const stranger = new OpenAI({ apiKey: "hf_nobody_0123456789ab", baseURL: `${holdfast.gateway}/v1`, maxRetries: 0 });
  const ask = (who: OpenAI, model: string) => who.chat.completions.create({ model, messages: MESSAGES });
  await expect(ask(stranger, "assistant")).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  await expect(ask(client, "nothing")).rejects.toBeInstanceOf(OpenAI.NotFoundError);
});
