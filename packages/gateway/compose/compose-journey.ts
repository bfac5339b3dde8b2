// The way of a call whose answer is made of several: its body is read, its steps run, an expression makes one answer of what they said.
import { answerWhole } from "../pipeline/answer.ts";
import type { Call } from "../pipeline/call.ts";
import { fail, ourMistake } from "../pipeline/failures.ts";
import type { Journey } from "../pipeline/journey.ts";
import { gather, gatheredAll } from "../pipeline/whole-body.ts";
import { sendWhole, wholeReplyOf } from "../pipeline/whole-reply.ts";
import { isJson, jsonLimitsOf, readJson, requestType, unreadable } from "../policies/body-reader.ts";
import type { Refusal } from "../policies/policy.ts";
import { bindingsOf } from "../policies/template-values.ts";
import type { Subject } from "../runtime/runtime.ts";
import { Composition } from "./composition.ts";
import type { PreparedCompose } from "./prepare-compose.ts";
import type { Results } from "./step-request.ts";

export const composeJourney: Journey = {
  send(call) {
    const compose = (call.subject as Subject).compose as PreparedCompose;
    const body = bodyOf(call);
    if (body && "code" in body) return fail(call, body);
    call.release = (call.subject as Subject).releases[0];
    // Each step has a time of its own, and the call has one for all.
    call.enter("wait", 0);
    const composition = new Composition(
      call,
      compose,
      {
        done: (results) => answer(call, compose, results),
        failed: (detail) => fail(call, { code: "upstream_step_failed", detail }),
        throws: (error) => ourMistake(call, error),
      },
      { method: call.method, path: call.path, body: body?.value },
    );
    call.upstream = composition;
    composition.proceed();
  },

  onBodyData: (call, chunk) => void gather(call, chunk),
  onBodyEnd: (call) => void gatheredAll(call),

  // Steps have events of their own; a deadline of the whole is the only thing that comes here.
  onUploadWanted() {},
  onHead() {},
  onData() {},
  onEnd() {},
  onFailed: (call, { detail }) => fail(call, { code: "upstream_timeout", detail }),
};

/** A JSON body as a value, another one as text, none as nothing. */
function bodyOf(call: Call): { value: unknown } | Refusal | undefined {
  const { plan } = call.subject as Subject;
  if (!call.body || plan.kind !== "route") return undefined;
  const refusal = unreadable(call);
  if (refusal) return refusal;
  if (!isJson(requestType(call))) return { value: Buffer.from(call.body).toString() };
  const read = readJson(call.body, jsonLimitsOf(plan));
  return "refusal" in read ? read.refusal : read;
}

function answer(call: Call, { result }: PreparedCompose, results: Results): void {
  call.phases.wait_us = call.lap();
  call.head_us = call.mark_us;
  result
    .evaluate(results, bindingsOf(call))
    .then((made) => {
      const text = made.ok ? JSON.stringify(made.value) : undefined;
      if (text !== undefined) return sendResult(call, Buffer.from(text));
      const why = made.ok ? "made nothing" : `failed: ${made.error}`;
      fail(call, { code: "upstream_step_failed", detail: `The expression of the result ${why}.` });
    })
    .catch((error) => ourMistake(call, error));
}

/** Policies have their say on it as on an upstream's answer. */
function sendResult(call: Call, body: Buffer): void {
  if (call.finished || call.stage === "end") return;
  const head = { status: 200, headers: ["content-type", "application/json"] };
  for (const { run } of (call.subject as Subject).reply) run(call, head);
  const whole = wholeReplyOf(call, head);
  if (whole) {
    whole.chunks.push(body);
    call.whole_reply = whole;
    sendWhole(call, whole);
  } else {
    head.headers.push("content-length", String(body.length));
    answerWhole(call, head, body);
  }
}
