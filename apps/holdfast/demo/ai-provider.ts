// The sample AI provider: speaks OpenAI's chat completions as they are on the wire, streams included, with usage figures.
import type { ServerResponse } from "node:http";
import type { Clock } from "@holdfast/base";
import { json, type SmallServer, serve } from "./http-server.ts";
import { pick, type Random, seededRandom } from "./random.ts";

type ChatRequest = {
  model: string;
  messages: { role: string; content: unknown }[];
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
};

const ANSWERS = [
  "Your order is on its way. It left our harbour this morning and should reach you within two days.",
  "You can return anything within thirty days; the label is in the parcel.",
  "The lantern runs for eight hours on one filling. Please never refuel it while it is hot.",
] as const;
const PAUSE_MS = 15;
/** English text has about four characters to a token. */
const CHARACTERS_PER_TOKEN = 4;

export function serveProvider({ seed, clock }: { seed: number; clock: Clock }): Promise<SmallServer> {
  const random = seededRandom(seed);
  let count = 0;
  return serve({ host: "127.0.0.1", port: 0 }, async ({ method, path, body }, response) => {
    if (method !== "POST" || path !== "/v1/chat/completions") return json(404, problem("Unknown path"));
    const request = JSON.parse(body.toString()) as ChatRequest;
    if (!Array.isArray(request.messages)) return json(400, problem("`messages` is missing"));
    count += 1;
    const made = {
      id: `chatcmpl-demo-${count}`,
      created: Math.floor(clock.now() / 1000),
      ...complete(request, random),
    };
    if (!request.stream) {
      await clock.sleep(PAUSE_MS * 4);
      return json(200, whole(made));
    }
    await stream(response, made, { clock, with_usage: request.stream_options?.include_usage === true });
    return undefined;
  });
}

type Completion = { id: string; created: number; model: string; text: string; usage: Usage };
type Usage = { prompt_tokens: number; completion_tokens: number; total_tokens: number };

function complete(request: ChatRequest, random: Random): Pick<Completion, "model" | "text" | "usage"> {
  const text = pick(random, ANSWERS);
  const prompt_tokens = Math.ceil(JSON.stringify(request.messages).length / CHARACTERS_PER_TOKEN);
  const completion_tokens = Math.ceil(text.length / CHARACTERS_PER_TOKEN);
  return {
    model: request.model,
    text,
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  };
}

function whole({ id, created, model, text, usage }: Completion): object {
  const message = { role: "assistant", content: text, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: "stop" }];
  return { id, object: "chat.completion", created, model, choices, usage };
}

async function stream(
  response: ServerResponse,
  { id, created, model, text, usage }: Completion,
  { clock, with_usage }: { clock: Clock; with_usage: boolean },
): Promise<void> {
  const chunk = (rest: object): string =>
    `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created, model, ...rest })}\n\n`;
  const choice = (delta: object, finish_reason: string | null) => ({ choices: [{ index: 0, delta, finish_reason }] });
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(chunk(choice({ role: "assistant", content: "" }, null)));
  for (const word of text.match(/\S+\s*/g) ?? []) {
    if (response.destroyed) return;
    await clock.sleep(PAUSE_MS);
    response.write(chunk(choice({ content: word }, null)));
  }
  response.write(chunk(choice({}, "stop")));
  if (with_usage) response.write(chunk({ choices: [], usage }));
  response.end("data: [DONE]\n\n");
}

function problem(message: string): object {
  return { error: { message, type: "invalid_request_error", param: null, code: null } };
}
