// What a call of a model has beside what every call has: the request that was read, the targets that were asked, and the meter
// on the answer.
import { type ChatMeter, type ChatRequest, costOf } from "@holdfast/ai";
import type { CallAi } from "@holdfast/contract";
import type { Call } from "../pipeline/call.ts";
import type { ProviderHead } from "./provider-headers.ts";

export class ModelCall {
  readonly endpoint: "chat" | "list";
  /** Set while the body is read: where the pipeline goes on. */
  proceed: ((call: Call) => void) | undefined = undefined;
  chunks: Uint8Array[] = [];
  request: ChatRequest | undefined = undefined;
  /** Position in the release's targets. */
  at = 0;
  attempts = 0;
  meter: ChatMeter | undefined = undefined;
  /** An answer's head waits for its first byte: until then another target can still be asked. */
  head: (ProviderHead & { status: number }) | undefined = undefined;
  first_token_us: number | undefined = undefined;

  constructor(endpoint: "chat" | "list") {
    this.endpoint = endpoint;
  }
}

/** Null when the call never said which model it wants. */
export function aiOf(call: Call, model: ModelCall): CallAi | null {
  const { request } = model;
  if (!request) return null;
  const target = call.target?.model;
  const result = model.meter?.result();
  const usage = result?.usage;
  const cost = usage && target ? costOf(usage, target, call.at) : undefined;
  return {
    model: request.model,
    provider: target?.provider ?? null,
    provider_model: target?.model ?? null,
    stream: request.stream,
    input_tokens: usage?.input_tokens ?? null,
    cached_input_tokens: usage?.cached_input_tokens ?? null,
    output_tokens: usage?.output_tokens ?? null,
    cost_nano_usd: cost ?? null,
    first_token_us: model.first_token_us === undefined ? null : Math.round(model.first_token_us),
    finish_reason: result?.finish_reason ?? null,
    attempts: model.attempts,
  };
}
