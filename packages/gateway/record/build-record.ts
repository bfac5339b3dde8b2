// Writes down a finished call: version 1 of contract/call-record.ts, field by field.
import { LIMITS, type ProblemCode, scrubQuery, shorten } from "@holdfast/base";
import type { CallRecord, ErrorOrigin, PlanRoute } from "@holdfast/contract";
import { anonymousAddress } from "../addresses/anonymous.ts";
import { aiOf } from "../models/model-call.ts";
import type { Call } from "../pipeline/call.ts";
import type { Outcome } from "../pipeline/outcome.ts";
import { patternOf } from "../routing/parameters.ts";

/** `now_us`: when it ended, by the monotonic clock. */
export function buildRecord(call: Call, now_us: number): CallRecord {
  const { headers, trace, worker } = call;
  if (call.head_us !== undefined) call.phases.reply_us = Math.round(now_us - call.head_us);
  const outcome = call.outcome ?? "internal";
  const record: CallRecord = {
    version: 1,
    id: call.id,
    workspace: call.workspace,
    at: call.at,
    duration_us: Math.round(now_us - call.began_us),
    node: worker.node,
    plan: call.runtime.number,
    method: call.method,
    host: call.host,
    path: call.path,
    query: call.query === undefined ? null : scrubQuery(call.query),
    subject: call.subject?.name ?? null,
    route: routeOf(call),
    release: call.release?.name ?? null,
    upstream: call.target?.origin.name ?? null,
    consumer: call.consumer ?? null,
    client_address: anonymousAddress(call.client_address),
    user_agent: headers.user_agent === undefined ? null : shorten(headers.user_agent, LIMITS.user_agent_characters_max),
    status: call.status,
    upstream_status: call.upstream_status ?? null,
    outcome,
    error_origin: originOf(outcome),
    refused_by: call.refused_by ?? null,
    reason: call.reason === undefined ? null : shorten(call.reason, LIMITS.reason_characters_max),
    protocol: call.passage ? "websocket" : call.exchange.protocol,
    encrypted: call.exchange.encrypted,
    attempts: call.attempts,
    cache: call.cache ?? null,
    shadow_of: call.shadow_of ?? null,
    request_bytes: call.request_bytes,
    response_bytes: call.response_bytes,
    request_id: call.request_id,
    trace_id: trace.trace_id,
    span_id: trace.span_id,
    parent_span_id: trace.parent_span_id,
    phases: call.phases,
    ai: call.model ? aiOf(call, call.model) : null,
    capture: call.capture?.result() ?? null,
  };
  // Not spread into the literal: that costs every record its shape.
  if (call.notes !== undefined) record.notes = shorten(call.notes, LIMITS.notes_characters_max);
  return record;
}

function routeOf({ subject, path }: Call): string | null {
  if (!subject || subject.place < 0) return null;
  return subject.path ?? patternOf(subject.plan as PlanRoute, path);
}

const GATEWAY_ERRORS: ReadonlySet<Outcome> = new Set<ProblemCode>([
  "overloaded",
  "identity_unavailable",
  "shutting_down",
  "time_limit_reached",
  "internal",
]);

/** Who is to blame. */
function originOf(outcome: Outcome): ErrorOrigin | null {
  if (outcome === "ok") return null;
  if (outcome.startsWith("upstream_")) return "upstream";
  return GATEWAY_ERRORS.has(outcome) ? "gateway" : "client";
}
