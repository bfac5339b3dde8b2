// The way of a call of a model: the body is read to learn which model is meant; then one target after the other is asked until
// one begins to answer; the answer streams through a meter.
import { createChatMeter, modelsList, readChatRequest, writeChatRequest } from "@holdfast/ai";
import { LIMITS } from "@holdfast/base";
import type { PlanModel } from "@holdfast/contract";
import { ownViaBehind } from "../headers/via.ts";
import { answer, end, refuse, sendHead } from "../pipeline/answer.ts";
import type { Call } from "../pipeline/call.ts";
import { fail, failureToProblem, type SendFailure } from "../pipeline/failures.ts";
import type { Journey } from "../pipeline/journey.ts";
import { setSubject } from "../pipeline/subject.ts";
import type { Refusal } from "../policies/policy.ts";
import type { Subject, Target } from "../runtime/runtime.ts";
import { findModel, identifyCaller, modelsFor } from "./find-model.ts";
import type { ModelCall } from "./model-call.ts";
import { providerHead, showsItsEnd } from "./provider-headers.ts";

/** Goes on with `proceed` once the subject of the call is known. */
export function readModelRequest(call: Call, model: ModelCall, proceed: (call: Call) => void): void {
  const refusal = identifyCaller(call);
  if (refusal) refuse(call, refusal);
  else if (model.endpoint === "list") list(call);
  else if ((call.headers.content_length ?? 0) > LIMITS.buffered_body_bytes_max) tooLarge(call);
  else readBody(call, model, proceed);
}

function readBody(call: Call, model: ModelCall, proceed: (call: Call) => void): void {
  model.proceed = proceed;
  call.enter("body", LIMITS.request_idle_ms);
  if (call.has_body) call.exchange.readBody();
  else understand(call, model);
}

function list(call: Call): void {
  const models = modelsFor(call).map(({ plan }) => plan as PlanModel);
  answer(call, 200, ["content-type", "application/json"], JSON.stringify(modelsList(models)));
}

function tooLarge(call: Call): void {
  fail(call, { code: "body_too_large", detail: `A model's request may have ${LIMITS.buffered_body_bytes_max} bytes.` });
}

/** The body is there: which model does it name, and whose? */
function understand(call: Call, model: ModelCall): void {
  const refusal = findSubject(call, model);
  call.phases.receive_us = (call.phases.receive_us ?? 0) + call.lap();
  if (refusal) refuse(call, refusal);
  else model.proceed?.(call);
}

function findSubject(call: Call, model: ModelCall): Refusal | undefined {
  const read = readChatRequest(Buffer.concat(model.chunks));
  model.chunks = [];
  if (!read.ok) return { code: "malformed_request", detail: read.error };
  model.request = read.value;
  const found = findModel(call, read.value.model);
  if ("code" in found) return found;
  setSubject(call, found);
  call.capture?.requestData(read.value.body);
  return undefined;
}

export const modelJourney: Journey = {
  send: (call) => ask(call, call.model as ModelCall),

  onBodyData(call, chunk) {
    // What still comes after a refusal is not kept.
    if (call.stage !== "body") return;
    call.model?.chunks.push(Buffer.from(chunk));
    if (call.request_bytes > LIMITS.buffered_body_bytes_max) tooLarge(call);
  },

  onBodyEnd(call) {
    if (call.stage === "body") understand(call, call.model as ModelCall);
  },

  onUploadWanted() {},

  onHead(call, status, flat) {
    const model = call.model as ModelCall;
    const refused = status === 401 || status === 403;
    if ((refused || status === 429 || status >= 500) && askNext(call, model)) return;
    // The provider's own words may quote its key.
    if (refused)
      return fail(call, { code: "upstream_refused", detail: `${call.target?.model?.provider} said ${status}.` });
    begin(call, model, status, flat);
  },

  onData(call, chunk) {
    const model = call.model as ModelCall;
    // A copy: a meter keeps what it has not understood yet.
    const out = model.meter?.push(Buffer.from(chunk)) ?? chunk;
    if (model.first_token_us === undefined && model.meter?.result().first_token_seen)
      model.first_token_us = call.worker.clock.monotonicMicros() - call.began_us;
    pass(call, model, out);
  },

  onEnd(call) {
    const model = call.model as ModelCall;
    const rest = model.meter?.end();
    if (rest) pass(call, model, rest);
    const result = model.meter?.result();
    const stopped = result && !result.complete && !result.error;
    if (stopped && call.upstream_status === 200 && model.head && showsItsEnd(model.head)) return cutShort(call, model);
    // Inside an answer that began well; a status that says it needs no second witness.
    if (result?.error && (call.upstream_status ?? 0) < 400) call.outcome ??= "upstream_error";
    sendHeadOnce(call, model);
    end(call);
  },

  onFailed(call, failure) {
    const model = call.model as ModelCall;
    if (call.head_sent || !askNext(call, model)) fail(call, failureToProblem(failure));
  },
};

function ask(call: Call, model: ModelCall): void {
  const target = call.target as Target;
  const { path, headers, body } = writeChatRequest(
    model.request as NonNullable<ModelCall["request"]>,
    target.model as NonNullable<Target["model"]>,
  );
  model.attempts++;
  model.meter = undefined;
  model.head = undefined;
  call.phases.send_us = null;
  call.lap();
  call.enter("connect", (call.subject as Subject).timeouts.connect_ms);
  const flat = headers.flat();
  flat.push("user-agent", "holdfast", "traceparent", call.trace.traceparent, "via", ownViaBehind(call.headers.via));
  call.upstream = target.origin.send({ method: "POST", path: target.prefix + path, headers: flat, body }, call);
}

/** False when there is no target left. */
function askNext(call: Call, model: ModelCall): boolean {
  const next = call.release?.targets[model.at + 1];
  if (!next) return false;
  model.at++;
  call.upstream?.cancel();
  call.target = next;
  ask(call, model);
  return true;
}

function begin(call: Call, model: ModelCall, status: number, flat: readonly string[]): void {
  const head = providerHead(flat);
  const request = model.request as NonNullable<ModelCall["request"]>;
  const hide_usage = request.stream && !request.wants_usage;
  if (!head.encoded)
    model.meter = createChatMeter({ stream: request.stream, hide_usage, content_type: head.content_type });
  model.head = { ...head, status };
  call.enter("reply", (call.subject as Subject).timeouts.idle_ms);
}

function pass(call: Call, model: ModelCall, out: Uint8Array): void {
  if (out.length === 0) return;
  sendHeadOnce(call, model);
  call.response_bytes += out.length;
  call.capture?.responseData(out);
  if (call.exchange.write(out)) return;
  call.blocked_by_client = true;
  call.upstream?.pause();
}

function sendHeadOnce(call: Call, { head }: ModelCall): void {
  if (call.head_sent || !head) return;
  sendHead(call, head.status, head.headers, head.length, head);
}

function cutShort(call: Call, model: ModelCall): void {
  const failure: SendFailure = { kind: "cut", detail: "the answer ended before the model had" };
  if (call.head_sent || !askNext(call, model)) fail(call, failureToProblem(failure));
}
