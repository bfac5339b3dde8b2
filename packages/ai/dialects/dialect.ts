// What every dialect offers. A dialect is one folder: request, response, stream, cases; dialect.test.ts runs them all.
import type { ProblemCode, Result } from "@holdfast/base";
import type { ModelTarget, PlanModel } from "@holdfast/contract";
import type { TokenUsage } from "../usage.ts";

/** A request as far as routing and metering need it. The rest stays in `body`, as the client wrote it. */
export type ChatRequest = {
  /** The alias that the application called. */
  model: string;
  stream: boolean;
  /** The client itself asked for usage in the stream; if it did not, what the gateway adds must be hidden from it. */
  wants_usage: boolean;
  json: Record<string, unknown>;
  body: Uint8Array;
};

/** `path` is put behind the target's address. Headers with credentials: never to be logged. */
export type SentRequest = { path: string; headers: [string, string][]; body: Uint8Array };

/** `body` is JSON text. */
export type DialectError = { status: number; body: string };

export type ChatResult = {
  /** The provider's own figures, undefined when it gave none. */
  usage?: TokenUsage;
  finish_reason?: string;
  first_token_seen: boolean;
  /** False when the answer ended before the model had: cut, or ended by an error inside the stream. */
  complete: boolean;
  /** An error that came inside a stream whose status was 200 already. */
  error?: { message: string; code: string | null };
};

/** Reads an answer on its way through. Bytes come out as they went in, except for a frame that must be hidden. */
export type ChatMeter = {
  /** Bytes to pass on now; empty while a frame is still incomplete. Never copies what passes unread. */
  push(chunk: Uint8Array): Uint8Array;
  /** The rest, after the last chunk. Once. */
  end(): Uint8Array;
  /** What is known so far; cheap enough to ask after each chunk. */
  result(): ChatResult;
};

export type MeterOptions = {
  /** The request asked for a stream. */
  stream: boolean;
  /** The gateway asked for usage, the client did not. */
  hide_usage: boolean;
  /** Of the answer; it decides, because a refusal of a streaming request is plain JSON. */
  content_type: string | undefined;
};

export type Dialect = {
  id: string;
  readRequest(body: Uint8Array): Result<ChatRequest, string>;
  writeRequest(request: ChatRequest, target: ModelTarget): SentRequest;
  createMeter(options: MeterOptions): ChatMeter;
  error(code: ProblemCode, message: string): DialectError;
  models(models: readonly PlanModel[]): unknown;
};
