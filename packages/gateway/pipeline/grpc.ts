// gRPC calls on their way: their own deadline, their own status, and errors of the gateway in the form that their clients read.
import { grpcMessage, grpcStatusOf, grpcTimeoutMs, isGrpc, outcomeOfGrpc } from "../headers/grpc.ts";
import { headerOf } from "../headers/header-list.ts";
import type { Refusal } from "../policies/policy.ts";
import type { Call } from "./call.ts";

export function isGrpcCall({ exchange, headers }: Call): boolean {
  return exchange.protocol === "http/2" && isGrpc(headers?.content_type);
}

/** The caller's deadline holds where it is shorter than the route's, and then for the whole call. */
export function beginGrpc(call: Call): void {
  call.grpc = true;
  const asked_ms = grpcTimeoutMs(call.header("grpc-timeout") ?? "");
  const { timeouts } = call.subject as NonNullable<Call["subject"]>;
  if (asked_ms === undefined || asked_ms >= timeouts.total_ms) return;
  call.total_limit_ms = asked_ms;
  call.sure_ms = 0;
}

/** `flat`: a head or trailers, wherever the status stands. */
export function noteGrpcStatus(call: Call, flat: readonly string[]): void {
  const status = Number(headerOf(flat, "grpc-status") ?? 0);
  if (status === 0) return;
  const message = headerOf(flat, "grpc-message");
  call.outcome ??= outcomeOfGrpc(status);
  call.reason ??= `grpc-status ${status}${message === undefined ? "" : `: ${message}`}`;
}

/** An answer of trailers only: the status in the head of an answer without a body. */
export function grpcRefusal(code: Refusal["code"], detail: string, headers: string[] = []): string[] {
  return [...headers, "content-type", "application/grpc", ...grpcError(code, detail)];
}

export function grpcError(code: Refusal["code"], detail: string): string[] {
  return ["grpc-status", String(grpcStatusOf(code)), "grpc-message", grpcMessage(detail)];
}
