// Meters Chat Completions answers as they pass: usage, finish reason, first token, and whether the end was the real end.
// https://platform.openai.com/docs/api-reference/chat-streaming
import type { TokenUsage } from "../../usage.ts";
import type { ChatMeter, ChatResult, MeterOptions } from "../dialect.ts";
import { createFrameFilter, readFrame } from "../frames.ts";
import { type Completion, choicesOf, createBodyMeter, readError, readFinishReason, readUsage } from "./response.ts";

/** Picks the reader by what the answer is, not by what was asked: an error answers a streaming request in plain JSON. */
export function createChatMeter(options: MeterOptions): ChatMeter {
  const type = options.content_type?.toLowerCase();
  const streams = type === undefined ? options.stream : type.startsWith("text/event-stream");
  return streams ? createStreamMeter(options.hide_usage) : createBodyMeter();
}

function createStreamMeter(hide_usage: boolean): ChatMeter {
  const seen = createReader();
  const filter = createFrameFilter((frame) => seen.read(frame) !== "usage_only");
  if (hide_usage) return { push: filter.push, end: filter.end, result: seen.result };
  return {
    push(chunk) {
      filter.push(chunk);
      return chunk;
    },
    end() {
      filter.end();
      return new Uint8Array(0);
    },
    result: seen.result,
  };
}

/**
 * A frame that has none of these only carries a piece of text and is not even taken apart: after the first token that is nearly
 * every frame. Frames of more than one field or line are all read.
 */
const TELLING = /"usage"\s*:\s*\{|"finish_reason"\s*:\s*"|"error"\s*:|\[DONE\]|[\r\n](?:data|event)|^event/;

function createReader(): { read(frame: Buffer): "usage_only" | "other"; result(): ChatResult } {
  let usage: TokenUsage | undefined;
  let finish_reason: string | undefined;
  let error: ChatResult["error"];
  let first_token_seen = false;
  let done = false;

  function note(chunk: Completion): "usage_only" | "other" {
    usage = readUsage(chunk.usage, usage);
    finish_reason = readFinishReason(chunk) ?? finish_reason;
    error ??= readError(chunk.error);
    first_token_seen ||= choicesOf(chunk).some(({ delta }) => hasContent(delta));
    const only = choicesOf(chunk).length === 0 && typeof chunk.usage === "object" && chunk.usage !== null;
    return only && !chunk.error ? "usage_only" : "other";
  }

  return {
    read(frame) {
      if (first_token_seen && !TELLING.test(frame.toString("latin1"))) return "other";
      const { event, data } = readFrame(frame);
      if (data === undefined) return "other";
      done ||= data.trim() === "[DONE]";
      const chunk = parseChunk(data);
      if (!chunk) return "other";
      return note(event === "error" && !chunk.error ? { error: chunk } : chunk);
    },
    result: () => ({
      ...(usage && { usage }),
      ...(finish_reason !== undefined && { finish_reason }),
      ...(error && { error }),
      first_token_seen,
      complete: (done || finish_reason !== undefined) && !error,
    }),
  };
}

/** A delta that says more than who speaks: text, a tool call, a refusal, reasoning, audio. */
function hasContent(delta: unknown): boolean {
  if (typeof delta !== "object" || delta === null) return false;
  return Object.entries(delta).some(([name, value]) => name !== "role" && value !== null && value !== "");
}

function parseChunk(data: string): Completion | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    // Not ours to judge: the client gets the same bytes, the meter learns nothing from them.
    return undefined;
  }
}
