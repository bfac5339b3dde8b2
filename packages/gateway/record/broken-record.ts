// The record of bytes that never became a request: nothing is known but who sent them and what was wrong. Pure.
import type { Id, Instant, WorkspaceName } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import { anonymousAddress } from "../addresses/anonymous.ts";
import { traceOf } from "../headers/trace.ts";
import type { BrokenRequest } from "../transport/listener.ts";
import { NO_PHASES } from "./no-phases.ts";

type Known = { id: Id; workspace: WorkspaceName; at: Instant; node: string; plan: number; status: number };

export function brokenRecord({ code, detail, remote_address }: BrokenRequest, known: Known): CallRecord {
  const { trace_id, span_id } = traceOf(known.id, undefined);
  return {
    version: 1,
    id: known.id,
    workspace: known.workspace,
    at: known.at,
    duration_us: 0,
    node: known.node,
    plan: known.plan,
    method: "",
    host: "",
    path: "",
    query: null,
    subject: null,
    route: null,
    release: null,
    upstream: null,
    consumer: null,
    client_address: anonymousAddress(remote_address),
    user_agent: null,
    status: known.status,
    upstream_status: null,
    outcome: code,
    error_origin: "client",
    refused_by: null,
    reason: detail,
    protocol: "",
    encrypted: false,
    attempts: 0,
    cache: null,
    shadow_of: null,
    request_bytes: 0,
    response_bytes: 0,
    request_id: known.id,
    trace_id,
    span_id,
    parent_span_id: null,
    phases: NO_PHASES,
    ai: null,
    capture: null,
  };
}
