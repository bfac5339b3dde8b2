// The way of a call over a route: request and answer stream through, each at the pace of the slower side.
import { type ResponseHead, readResponseHeaders } from "../headers/response-headers.ts";
import type { ReplyHead } from "../policies/policy.ts";
import type { Subject, Target } from "../runtime/runtime.ts";
import { end, sendHead } from "./answer.ts";
import type { Call, Journey } from "./call.ts";
import { fail, failureToProblem, type SendFailure } from "./failures.ts";
import { upstreamHeaders, upstreamPath } from "./send.ts";
import { gather, gatheredAll } from "./whole-body.ts";
import { gatherReply, sendWhole, wholeReplyOf } from "./whole-reply.ts";

export const routeJourney: Journey = {
  send(call) {
    const headers = upstreamHeaders(call);
    dispatch(call, headers);
  },

  onUploadWanted(call) {
    if (call.reading_body) return call.exchange.resumeBody();
    call.reading_body = true;
    call.exchange.readBody();
  },

  onBodyData(call, chunk) {
    for (const { policy, run } of (call.subject as Subject).body) {
      const refusal = run(call.request_bytes);
      if (!refusal) continue;
      call.refused_by = policy;
      return fail(call, refusal);
    }
    if (gather(call, chunk)) return;
    if (call.upstream?.write(chunk) !== false) return;
    call.blocked_by_upstream = true;
    call.exchange.pauseBody();
  },

  onBodyEnd(call) {
    if (!gatheredAll(call)) call.upstream?.finish();
  },

  onHead(call, status, flat) {
    const subject = call.subject as Subject;
    const head = readResponseHeaders(flat, status, subject.limited);
    call.enter("reply", subject.plan.timeouts.idle_ms);
    if (subject.reply.length > 0 || subject.replies.length > 0) return changeHead(call, subject, head, status);
    sendHead(call, status, head.headers, isBodiless(call, status) ? undefined : head.length, head);
  },

  onData(call, chunk) {
    if (call.whole_reply) return gatherReply(call, call.whole_reply, chunk);
    for (const { run } of (call.subject as Subject).reply_data) run(call, chunk);
    call.response_bytes += chunk.length;
    call.capture?.responseData(chunk);
    if (call.exchange.write(chunk)) return;
    call.blocked_by_client = true;
    call.upstream?.pause();
  },

  onEnd(call) {
    if (call.whole_reply) sendWhole(call, call.whole_reply);
    else end(call);
  },

  onFailed(call, failure) {
    if (maySendAgain(call, failure)) return dispatch(call, call.headers.forward);
    fail(call, failureToProblem(failure));
  },
};

/** Policies have their say on the answer's head; one may ask for the body as well. */
function changeHead(call: Call, { reply }: Subject, read: ResponseHead, status: number): void {
  const head: ReplyHead = { status, headers: read.headers };
  for (const { run } of reply) run(call, head);
  if (!isBodiless(call, head.status)) call.whole_reply = wholeReplyOf(call, head);
  if (call.whole_reply) return;
  sendHead(call, head.status, head.headers, isBodiless(call, head.status) ? undefined : read.length, read);
}

function isBodiless({ method }: Call, status: number): boolean {
  return method === "HEAD" || status === 204 || status === 304;
}

function dispatch(call: Call, headers: string[]): void {
  const target = call.target as Target;
  call.enter("connect", (call.subject as Subject).plan.timeouts.connect_ms);
  const body = call.body ?? (call.has_body ? "streamed" : undefined);
  call.attempts++;
  call.upstream = target.origin.send(
    { method: call.exchange.method, path: upstreamPath(call, target), headers, body },
    call,
  );
}

const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * An upstream may close an idle connection in the moment in which we use it. Once, and only for what is safe to repeat
 * (RFC 9110 section 9.2.2), the request goes out again; a fresh connection that closes is a fault to report.
 */
function maySendAgain(call: Call, { kind }: SendFailure): boolean {
  if (kind !== "closed" || call.fresh || call.resent || call.has_body) return false;
  call.resent = REPEATABLE.has(call.exchange.method);
  return call.resent;
}
