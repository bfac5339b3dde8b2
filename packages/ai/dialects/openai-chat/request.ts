// Chat Completions requests: what routing needs is read, and only what must change is changed; every other byte is the client's.
// https://platform.openai.com/docs/api-reference/chat/create
import { failed, ok, type Result } from "@holdfast/base";
import type { ModelTarget } from "@holdfast/contract";
import type { ChatRequest, SentRequest } from "../dialect.ts";
import { type Member, topLevelMembers } from "../members.ts";

/** Members that we read or replace. Twice in one body, two readers could read them differently. */
const OURS = ["model", "stream", "stream_options"];

/** The failure is a sentence for the client. */
export function readChatRequest(body: Uint8Array): Result<ChatRequest, string> {
  const json = parseObject(body);
  if (json === undefined) return failed("The body is not a JSON object.");
  const { model, stream, stream_options } = json;
  if (typeof model !== "string" || model === "") return failed("`model` must be the name of a model.");
  if (!isOptional(stream, "boolean")) return failed("`stream` must be true or false.");
  if (!isOptional(stream_options, "object")) return failed("`stream_options` must be an object.");
  const repeated = repeatedName(topLevelMembers(viewOf(body)));
  if (repeated) return failed(`\`${repeated}\` appears more than once.`);
  const wants_usage = (stream_options as { include_usage?: unknown } | null | undefined)?.include_usage === true;
  return ok({ model, stream: stream === true, wants_usage, json, body });
}

/** For one target: its own model name, its key, and usage figures in the stream whether the client wants them or not. */
export function writeChatRequest(request: ChatRequest, target: ModelTarget): SentRequest {
  const headers: [string, string][] = [
    ["content-type", "application/json"],
    ["accept", request.stream ? "text/event-stream" : "application/json"],
    // The meter reads the answer as it passes: it must not be compressed.
    ["accept-encoding", "identity"],
  ];
  if (target.key !== undefined) headers.push(["authorization", `Bearer ${target.key}`]);
  return { path: "/chat/completions", headers, body: rewrite(request, target.model) };
}

type Edit = { start: number; end: number; text: string };

function rewrite(request: ChatRequest, model: string): Uint8Array {
  const bytes = viewOf(request.body);
  const members = topLevelMembers(bytes);
  const model_at = members.find(({ name }) => name === "model") as Member;
  const edits: Edit[] = [{ start: model_at.start, end: model_at.end, text: JSON.stringify(model) }];
  if (request.stream && !request.wants_usage) edits.push(askForUsage(request, members, model_at));
  return applyEdits(bytes, edits);
}

function askForUsage(request: ChatRequest, members: Member[], model_at: Member): Edit {
  const given = members.find(({ name }) => name === "stream_options");
  const asked = JSON.stringify({ ...(request.json.stream_options as object | null), include_usage: true });
  if (given) return { start: given.start, end: given.end, text: asked };
  return { start: model_at.end, end: model_at.end, text: `,"stream_options":${asked}` };
}

function applyEdits(bytes: Buffer, edits: Edit[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { start, end, text } of edits.toSorted((left, right) => left.start - right.start)) {
    parts.push(bytes.subarray(from, start), Buffer.from(text));
    from = end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

function parseObject(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
    return isObject(value) ? value : undefined;
  } catch {
    // Neither the position nor the parser's words help a client more than the sentence it gets.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Absent and null mean the same to the provider. */
function isOptional(value: unknown, type: "boolean" | "object"): boolean {
  return value === undefined || value === null || (type === "object" ? isObject(value) : typeof value === type);
}

function repeatedName(members: Member[]): string | undefined {
  return OURS.find((ours) => members.filter(({ name }) => name === ours).length > 1);
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
