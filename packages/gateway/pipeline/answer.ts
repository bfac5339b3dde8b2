// Answers that the gateway gives itself, and the headers that it adds to every answer.
import { openaiError } from "@holdfast/ai";
import { type FieldError, PROBLEMS, type ProblemCode, problemDocument } from "@holdfast/base";
import { headerOf } from "../headers/header-list.ts";
import { addVary } from "../headers/vary.ts";
import type { GivenAnswer, Refusal, ReplyHead } from "../policies/policy.ts";
import { flatLines, type HeaderLines, type KnownLines } from "../transport/header-lines.ts";
import type { Call } from "./call.ts";
import { grpcRefusal, isGrpcCall } from "./grpc.ts";

/** Ends the call with an error of the catalogue. Only before the head of an answer was sent. */
export function refuse(call: Call, { code, detail, headers, errors }: Refusal): void {
  call.outcome ??= code;
  call.reason ??= detail;
  call.upstream?.cancel();
  if (isGrpcCall(call)) answerWhole(call, { status: 200, headers: grpcRefusal(code, detail, headers) }, NOTHING);
  else answerProblem(call, { code, detail, ...(headers ? { headers } : {}), ...(errors ? { errors } : {}) });
}

/** In the form of the dialect that was called. */
function answerProblem(call: Call, { code, detail, headers, errors }: Refusal): void {
  const body = call.model ? openaiError(code, detail).body : problemBody(code, detail, call.request_id, errors);
  const content_type = call.model ? "application/json" : "application/problem+json";
  answer(
    call,
    PROBLEMS[code].status,
    [...(headers ?? []), "content-type", content_type, "cache-control", "no-store"],
    body,
  );
}

export function problemBody(code: ProblemCode, detail: string, request_id: string, errors?: FieldError[]): string {
  return JSON.stringify(problemDocument(code, { detail, request_id, ...(errors ? { errors } : {}) }));
}

/** A whole answer of the gateway's own. */
export function answer(call: Call, status: number, headers: string[], text: string | Uint8Array): void {
  const body = typeof text === "string" ? Buffer.from(text) : text;
  headers.push("content-length", String(body.length));
  answerWhole(call, { status, headers }, body);
}

/** What a policy answers in place of an upstream. */
export function give(call: Call, { status, headers, body }: GivenAnswer): void {
  call.outcome ??= status >= 400 ? "client_error" : "ok";
  call.upstream?.cancel();
  if (status === 304 || status === 204) answerWhole(call, { status, headers: [...headers] }, NOTHING);
  else answer(call, status, [...headers], body);
}

const NOTHING = new Uint8Array(0);

/** `head.headers` has the body's true length, or none where there is no body. */
export function answerWhole(call: Call, { status, headers }: ReplyHead, body: Uint8Array): void {
  const encoded = headerOf(headers, "content-encoding") !== undefined;
  sendHead(call, status, headers, body.length, { content_type: headerOf(headers, "content-type"), encoded });
  const sent = call.method === "HEAD" ? NOTHING : body;
  call.response_bytes += sent.length;
  call.capture?.responseData(sent);
  call.enter("end", END_MS);
  call.exchange.end(sent);
}

/** A client that takes nothing for this long, after all was sent, is gone. */
const END_MS = 60_000;

/** Ends an answer that passed through. */
export function end(call: Call): void {
  call.enter("end", END_MS);
  call.exchange.end();
}

/** `headers` are completed with our own and handed on. `known`: further ones. */
export function sendHead(
  call: Call,
  status: number,
  headers: string[],
  length: number | undefined,
  kind: { content_type: string | undefined; encoded: boolean },
  known?: KnownLines,
): void {
  call.status = status;
  call.head_sent = true;
  addPolicyHeaders(call, headers);
  const own = replyLines(call);
  const lines = known ? known.lines + own : own;
  call.capture?.response([...headers, ...flatLines(lines)], kind);
  call.exchange.writeHead(status, headers, length, lines, known?.dated);
}

/** Who this call is and where its caller stands, in every answer. */
export function replyLines(call: Call): HeaderLines {
  const { subject, id } = call;
  const reference = subject ? subject.signer.sign(id, call.reference) : call.runtime.sign(call.workspace, id);
  return call.reply_lines + call.trace.lines + (reference ?? "");
}

/** What policies say in every answer of this call, beside what its upstream says. */
export function addPolicyHeaders(call: Call, headers: string[]): void {
  for (const part of call.reply_headers) headers.push(part);
  // Another header, another route: a cache in front must not show its answer to who would have reached this one.
  if (call.chosen_by) addVary(headers, call.chosen_by);
}
