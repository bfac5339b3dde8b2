// The way of a call over a route: request and answer stream through, each at the pace of the slower side.
import { readResponseHeaders } from "../headers/response-headers.ts";
import type { Subject, Target } from "../runtime/runtime.ts";
import { end, sendHead } from "./answer.ts";
import type { Call, Journey } from "./call.ts";
import { fail, failureToProblem, type SendFailure } from "./failures.ts";
import { upstreamHeaders, upstreamPath } from "./send.ts";

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
    for (const check of (call.subject as Subject).body) {
      const refusal = check(call.request_bytes);
      if (refusal) return fail(call, refusal);
    }
    if (call.upstream?.write(chunk) !== false) return;
    call.blocked_by_upstream = true;
    call.exchange.pauseBody();
  },

  onBodyEnd(call) {
    call.upstream?.finish();
  },

  onHead(call, status, flat) {
    const subject = call.subject as Subject;
    const head = readResponseHeaders(flat, status, subject.limited);
    const bodiless = call.exchange.method === "HEAD" || status === 204 || status === 304;
    call.enter("reply", subject.plan.timeouts.idle_ms);
    sendHead(call, status, head.headers, bodiless ? undefined : head.length, head);
  },

  onData(call, chunk) {
    call.response_bytes += chunk.length;
    call.capture?.responseData(chunk);
    if (call.exchange.write(chunk)) return;
    call.blocked_by_client = true;
    call.upstream?.pause();
  },

  onEnd: end,

  onFailed(call, failure) {
    if (maySendAgain(call, failure)) return dispatch(call, call.headers.forward);
    fail(call, failureToProblem(failure));
  },
};

function dispatch(call: Call, headers: string[]): void {
  const target = call.target as Target;
  call.enter("connect", (call.subject as Subject).plan.timeouts.connect_ms);
  const body = call.has_body ? "streamed" : undefined;
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
