// What becomes of a call when something on either side goes wrong: before the head of an answer, an error in words; after it,
// the client's connection is cut, because a clean end would say that the answer is whole.
import type { ProblemCode } from "@holdfast/base";
import type { Refusal } from "../policies/policy.ts";
import type { UpstreamFailure } from "../transport/upstream.ts";
import { end, refuse } from "./answer.ts";
import type { Call } from "./call.ts";
import { grpcError } from "./grpc.ts";

type Failure = Pick<Refusal, "code" | "detail" | "errors">;

/** silent: a deadline of ours passed. */
export type SendFailure = UpstreamFailure | { kind: "silent"; detail: string };

export function failureToProblem({ kind, detail }: SendFailure): Failure {
  switch (kind) {
    case "unreachable":
      return { code: "upstream_unreachable", detail: "No connection to the service could be made." };
    case "closed":
      return {
        code: "upstream_invalid",
        detail: "The service closed the connection before it answered; it may have acted.",
      };
    case "invalid":
      return { code: "upstream_invalid", detail: "The service's answer is not valid HTTP/1.1." };
    case "unsendable":
      return { code: "malformed_request", detail: `The request cannot be passed on: ${detail}.` };
    case "silent":
      return { code: "upstream_timeout", detail };
    case "cut":
      return { code: "upstream_body_cut", detail: "The service cut its answer." };
  }
}

/** Ends a call that failed, in the way that is still open. */
export function fail(call: Call, failure: Failure): void {
  if (call.finished || call.stage === "end") return;
  call.reason ??= failure.detail;
  if (call.head_sent && call.grpc) endWithStatus(call, failure);
  else if (call.head_sent) cut(call, failure.code);
  else refuse(call, failure);
}

/** A gRPC answer says in its trailers that it is not whole, and why. */
function endWithStatus(call: Call, { code, detail }: Failure): void {
  call.outcome ??= code;
  call.upstream?.cancel();
  call.exchange.writeTrailers?.(grpcError(code, detail));
  end(call);
}

/** Ends a call whose answer has begun, or whose client is not worth an answer. */
export function cut(call: Call, outcome: ProblemCode | "client_gone"): void {
  call.outcome ??= outcome;
  call.upstream?.cancel();
  call.exchange.cut();
}

/** Something of ours threw. */
export function ourMistake(call: Call, error: unknown): void {
  call.worker.log.error(
    { call: call.id, error: error instanceof Error ? error.stack : String(error) },
    "a call failed inside",
  );
  fail(call, { code: "internal", detail: "The gateway failed; the call is on record." });
}

export function brokenBody(call: Call, detail: string): void {
  fail(call, { code: "malformed_request", detail });
}
