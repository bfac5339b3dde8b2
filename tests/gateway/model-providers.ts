// Providers of models on loopback, and calls of a gateway before them.
import type { RequestListener, ServerResponse } from "node:http";
import type { CallAi, ModelTarget } from "@holdfast/contract";
import { modelAt, request, upstream, type World, world } from "./world.ts";

const prices = { input_usd_per_million: 1, output_usd_per_million: 2, cached_input_usd_per_million: 0.5 };
export const usage = {
  prompt_tokens: 100,
  completion_tokens: 10,
  total_tokens: 110,
  prompt_tokens_details: { cached_tokens: 40 },
};

type Provider = {
  target: ModelTarget;
  asked: { headers: Record<string, unknown>; body: Record<string, unknown>; text: string; url: string }[];
  /** Connections that were opened to it. */
  connections(): number;
};

export async function provider(
  name: string,
  answer: (response: ServerResponse, body: Record<string, unknown>) => void,
): Promise<Provider> {
  const asked: Provider["asked"] = [];
  const sockets = new Set<object>();
  const listener: RequestListener = async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = JSON.parse(text) as Record<string, unknown>;
    asked.push({ headers: incoming.headers, body, text, url: incoming.url ?? "" });
    sockets.add(incoming.socket);
    answer(response, body);
  };
  const { url } = await upstream(listener);
  const target: ModelTarget = {
    provider: name,
    kind: "openai-compatible",
    url: `${url}/v1`,
    model: `${name}-large`,
    key: `sk-${name}`,
    prices,
  };
  return { target, asked, connections: () => sockets.size };
}

export function completion(response: ServerResponse): void {
  response.setHeader("content-type", "application/json");
  response.setHeader("set-cookie", "account=1");
  response.setHeader("openai-organization", "org-secret");
  response.end(JSON.stringify({ id: "c1", choices: [{ message: { content: "Hi" }, finish_reason: "stop" }], usage }));
}

export function chat(
  fields: Record<string, unknown>,
  headers: string[] = ["Authorization: Bearer key-of-shop"],
): string {
  return chatOf(
    JSON.stringify({ model: "assistant", messages: [{ role: "user", content: "Hello" }], ...fields }),
    headers,
  );
}

/** `body` goes out as it is. */
export function chatOf(body: string, headers: string[] = ["Authorization: Bearer key-of-shop"]): string {
  const framing = ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`];
  return request("POST /v1/chat/completions", [...headers, ...framing], body);
}

export async function serve(targets: ModelTarget[], more: Parameters<typeof modelAt>[1] = {}): Promise<World> {
  const timeouts = { connect_ms: 300, first_byte_ms: 300, idle_ms: 300, total_ms: 5000 };
  return world({ models: [modelAt(targets, { access: "api-key", timeouts, ...more })] });
}

/** A gateway before one provider. */
export async function serveOne(
  answer: Parameters<typeof provider>[1],
  more: Parameters<typeof modelAt>[1] = {},
): Promise<World & { first: Provider }> {
  const first = await provider("first", answer);
  return { ...(await serve([first.target], more)), first };
}

export const dead: ModelTarget = {
  provider: "dead",
  kind: "openai-compatible",
  url: "http://127.0.0.1:1/v1",
  model: "none",
};

const event = (fields: object) => `data: ${JSON.stringify(fields)}\n\n`;

/** Frames of a stream. */
export const frame = {
  delta: (content: string, more: object = {}) => event({ choices: [{ delta: { content } }], ...more }),
  spent: (of: object = usage) => event({ choices: [], usage: of }),
  finish: event({ choices: [{ delta: {}, finish_reason: "stop" }] }),
  done: "data: [DONE]\n\n",
};

type Head = { status?: number } & Record<string, string | number>;

/** A document that begins so. Whoever calls this ends it, or does not. */
export function json(response: ServerResponse, text: string, { status = 200, ...headers }: Head = {}): ServerResponse {
  response.writeHead(status, { "content-type": "application/json", ...headers }).write(text);
  return response;
}

/** A stream that begins so, in the same way. */
export function stream(response: ServerResponse, frames: readonly string[]): ServerResponse {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const one of frames) response.write(one);
  if (frames.length === 0) response.flushHeaders();
  return response;
}

/** What a record says of a call whose provider told nothing. */
export const UNTOLD: Partial<CallAi> = {
  input_tokens: null,
  cached_input_tokens: null,
  output_tokens: null,
  cost_nano_usd: null,
  finish_reason: null,
};
