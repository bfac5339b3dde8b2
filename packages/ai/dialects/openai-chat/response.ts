// Chat Completions answers: the usage inside them, and the answers that the gateway itself gives in this dialect.
// https://platform.openai.com/docs/api-reference/chat/object
import { LIMITS, PROBLEMS, type ProblemCode } from "@holdfast/base";
import type { PlanModel } from "@holdfast/contract";
import type { TokenUsage } from "../../usage.ts";
import type { ChatMeter, ChatResult, DialectError } from "../dialect.ts";

/** The part of a completion, or of a chunk of one, that is metered. Everything in it comes from outside. */
export type Completion = {
  choices?: unknown;
  usage?: unknown;
  error?: unknown;
};

/**
 * Usage as the provider states it, added to what an earlier part of the answer stated: figures are totals, so the later one
 * wins, and a part that is silent about one figure does not unsay it. OpenAI counts cached tokens inside prompt_tokens.
 */
export function readUsage(usage: unknown, before: TokenUsage | undefined): TokenUsage | undefined {
  if (typeof usage !== "object" || usage === null) return before;
  const { prompt_tokens, completion_tokens, prompt_tokens_details } = usage as Record<string, unknown>;
  const details = (prompt_tokens_details ?? {}) as Record<string, unknown>;
  const input = countOf(prompt_tokens);
  const output = countOf(completion_tokens);
  if (input === undefined && output === undefined) return before;
  return {
    input_tokens: input ?? before?.input_tokens ?? 0,
    cached_input_tokens: countOf(details.cached_tokens) ?? before?.cached_input_tokens ?? 0,
    output_tokens: output ?? before?.output_tokens ?? 0,
  };
}

function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

type Choice = { finish_reason?: unknown; delta?: unknown };

export function choicesOf(completion: Completion): Choice[] {
  const { choices } = completion;
  return Array.isArray(choices) ? choices.filter((choice) => typeof choice === "object" && choice !== null) : [];
}

/** Of the first choice that has one. */
export function readFinishReason(completion: Completion): string | undefined {
  const reasons = choicesOf(completion).map(({ finish_reason }) => finish_reason);
  return reasons.find((reason): reason is string => typeof reason === "string");
}

/** Undefined for anything that is not an error, `null` included, which some servers put into every chunk. */
export function readError(error: unknown): ChatResult["error"] {
  if (typeof error === "string" && error !== "") return { message: error, code: null };
  if (typeof error !== "object" || error === null) return undefined;
  const { message, code, type } = error as Record<string, unknown>;
  const name = code ?? type;
  return { message: typeof message === "string" ? message : "", code: name === undefined ? null : String(name) };
}

/** Meters an answer that is one JSON document: it keeps the chunks that passed, up to a limit, and reads them once, at the end. */
export function createBodyMeter(): ChatMeter {
  let kept: Uint8Array[] = [];
  let bytes = 0;
  let result: ChatResult = { first_token_seen: false, complete: false };
  return {
    push(chunk) {
      bytes += chunk.length;
      if (bytes <= LIMITS.buffered_body_bytes_max) kept.push(chunk);
      else kept = [];
      return chunk;
    },
    end() {
      // An answer too long to read is not therefore incomplete: whether all of it came, the transport knows.
      const readable = bytes <= LIMITS.buffered_body_bytes_max;
      result = readable ? readBody(Buffer.concat(kept)) : { first_token_seen: true, complete: true };
      kept = [];
      return new Uint8Array(0);
    },
    result: () => result,
  };
}

function readBody(body: Buffer): ChatResult {
  let completion: Completion;
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value !== "object" || value === null) return { first_token_seen: false, complete: false };
    completion = value;
  } catch {
    // Cut, or not JSON at all: either way there is no answer of this dialect in it.
    return { first_token_seen: false, complete: false };
  }
  const usage = readUsage(completion.usage, undefined);
  const finish_reason = readFinishReason(completion);
  const error = readError(completion.error);
  return {
    ...(usage && { usage }),
    ...(finish_reason !== undefined && { finish_reason }),
    ...(error && { error }),
    first_token_seen: choicesOf(completion).length > 0,
    complete: true,
  };
}

/** Codes that OpenAI has a word of its own for, which clients compare; all others keep ours. */
const OPENAI_CODES: Partial<Record<ProblemCode, string>> = {
  credentials_missing: "invalid_api_key",
  credentials_invalid: "invalid_api_key",
  model_unknown: "model_not_found",
  rate_limited: "rate_limit_exceeded",
  too_many_at_once: "rate_limit_exceeded",
  quota_spent: "insufficient_quota",
};

/** An error that the gateway itself answers, in the shape that clients of this dialect read. */
export function openaiError(code: ProblemCode, message: string): DialectError {
  const { status } = PROBLEMS[code];
  const error = { message, type: errorType(status), param: null, code: OPENAI_CODES[code] ?? code };
  return { status, body: JSON.stringify({ error }) };
}

function errorType(status: number): string {
  if (status === 429) return "rate_limit_error";
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

/** `GET /v1/models`. An alias has no date of birth: `created` is 0 because clients insist on a number. */
export function modelsList(models: readonly PlanModel[]): {
  object: "list";
  data: { id: string; object: "model"; created: number; owned_by: string }[];
} {
  const data = models.map(({ name }) => ({ id: name, object: "model" as const, created: 0, owned_by: "holdfast" }));
  return { object: "list", data };
}
