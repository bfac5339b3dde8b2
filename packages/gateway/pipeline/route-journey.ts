// The way of a call over a route: request and answer stream through, each at the pace of the slower side.
import { allowedTrailers } from "../headers/trailers.ts";
import type { Subject, Target } from "../runtime/runtime.ts";
import { reasonOfFailure, reasonOfStatus } from "../upstreams/retry.ts";
import { mayComeAgain, sendAgain } from "./again.ts";
import type { Call } from "./call.ts";
import { fail, failureToProblem, type SendFailure } from "./failures.ts";
import { beginGrpc, isGrpcCall, noteGrpcStatus } from "./grpc.ts";
import type { Journey } from "./journey.ts";
import { passData, passEnd, passHead } from "./reply.ts";
import { forwardedHeaders, requestHead, upstreamPath } from "./send.ts";
import { gather, gatheredAll } from "./whole-body.ts";

export const routeJourney: Journey = {
  send(call) {
    forwardedHeaders(call);
    if (isGrpcCall(call)) beginGrpc(call);
    const retries = call.release?.group?.retries;
    if (retries) mayComeAgain(call, retries);
    dispatch(call);
  },

  onUploadWanted(call) {
    if (call.reading_body) return call.held_body ? undefined : call.exchange.resumeBody();
    call.reading_body = true;
    call.exchange.readBody();
  },

  onBodyData(call, chunk) {
    for (const { policy, run } of (call.subject as Subject).body) {
      const refusal = run(call.request_bytes, call, chunk);
      if (!refusal) continue;
      call.refused_by = policy;
      return fail(call, refusal);
    }
    if (gather(call, chunk)) return;
    call.again?.keep(chunk);
    if (call.upstream?.write(chunk) !== false) return;
    call.blocked_by_upstream = true;
    call.exchange.pauseBody();
  },

  onBodyEnd(call) {
    for (const { run } of (call.subject as Subject).body_end) run(call);
    if (gatheredAll(call)) return;
    call.again?.bodyEnded();
    call.upstream?.finish();
  },

  onHead(call, status, said, notes) {
    if (call.again && sendAgain(call, reasonOfStatus(status, call.again.retries.rules.on), dispatch)) return;
    if (call.grpc) noteGrpcStatus(call, said);
    if (!call.cached) return passHead(call, status, said, notes);
    // The cache takes out what is not for clients, and adds what it says of itself.
    const flat = [...said];
    if (!call.cached.onHead(status, flat)) passHead(call, status, flat);
  },

  onData(call, chunk) {
    if (call.cached?.onData(chunk)) return;
    passData(call, chunk);
  },

  onTrailers(call, flat) {
    if (call.grpc) noteGrpcStatus(call, flat);
    // What stands behind a body is not kept with it, so neither is the answer.
    call.cached?.onTrailers();
    // A body that was gathered goes out with its length, and so without anything behind it.
    if (!call.whole_reply) call.exchange.writeTrailers?.(allowedTrailers(flat));
  },

  onEnd(call) {
    if (call.cached?.onEnd()) return;
    passEnd(call);
  },

  onFailed(call, failure) {
    if (onAnotherConnection(call, failure)) return dispatch(call);
    if (sendAgain(call, reasonOfFailure(failure), dispatch)) return;
    if (call.cached?.onFailed(failure)) return;
    fail(call, failureToProblem(failure));
  },
};

function dispatch(call: Call): void {
  const target = call.target as Target;
  call.enter("connect", (call.subject as Subject).timeouts.connect_ms);
  const body = call.body ?? (call.has_body ? "streamed" : undefined);
  const { headers, lines } = requestHead(call);
  call.attempts++;
  call.upstream = target.origin.send(
    {
      method: call.exchange.method,
      path: upstreamPath(call, target),
      headers,
      lines,
      body,
      host: call.upstream_host,
    },
    call,
  );
}

const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * An upstream may close an idle connection in the moment in which we use it. Once, and only for what is safe to repeat
 * (RFC 9110 section 9.2.2), the request goes out again; a fresh connection that closes is a fault to report.
 */
function onAnotherConnection(call: Call, { kind }: SendFailure): boolean {
  if (kind !== "closed" || call.fresh || call.resent || call.has_body) return false;
  call.resent = REPEATABLE.has(call.exchange.method);
  return call.resent;
}
