// The record of a copy: that of the client's call, with what was different. Its own id, its own release, and how the two compare.
import { type Id, type Instant, PROBLEMS, type ProblemCode } from "@holdfast/base";
import type { CallRecord } from "@holdfast/contract";
import { traceOf } from "../../headers/trace.ts";
import { NO_PHASES } from "../../record/no-phases.ts";
import { differencesOf, type SeenAnswer } from "./compare.ts";
import type { CopyEnd } from "./copy.ts";

type Own = { id: Id; at: Instant; release: string; upstream: string | null };

/** `primary` is the client's record; `seen` its answer as its upstream sent it. */
export function copyRecord(primary: CallRecord, seen: SeenAnswer, own: Own, end: CopyEnd): CallRecord {
  const { answer, failure } = end;
  const status = failure ? PROBLEMS[failure.code].status : (answer?.status ?? 0);
  const compared = answer ?? { status, content_type: seen.content_type, body: undefined };
  return {
    ...common(primary, own),
    duration_us: Math.round(end.ended_us - end.began_us),
    status,
    upstream_status: answer?.status ?? null,
    outcome: failure?.code ?? outcomeOf(status),
    error_origin: failure || status >= 500 ? "upstream" : status >= 400 ? "client" : null,
    reason: failure?.detail ?? null,
    attempts: 1,
    response_bytes: end.response_bytes,
    phases: { ...NO_PHASES, connect_us: end.connect_us, wait_us: end.wait_us },
    compared: {
      ...comparedWith(primary),
      differs: differencesOf(seen, failure ? { ...compared, status } : compared),
    },
  };
}

/** A copy that was not sent: counted where the others are. */
export function droppedRecord(
  primary: CallRecord,
  own: Own,
  { code, reason }: { code: ProblemCode; reason: string },
): CallRecord {
  return {
    ...common(primary, own),
    duration_us: 0,
    status: PROBLEMS[code].status,
    upstream_status: null,
    outcome: code,
    error_origin: null,
    reason,
    attempts: 0,
    response_bytes: 0,
    phases: NO_PHASES,
    compared: { ...comparedWith(primary), differs: null },
  };
}

function common(primary: CallRecord, { id, at, release, upstream }: Own): CallRecord {
  const { span_id } = traceOf(id, undefined);
  return {
    ...primary,
    id,
    at,
    release,
    upstream,
    shadow_of: primary.id,
    span_id,
    parent_span_id: primary.span_id,
    refused_by: null,
    cache: null,
    capture: null,
    ai: null,
  };
}

function comparedWith({ release, status, duration_us }: CallRecord) {
  return { release: release ?? "", status, duration_us };
}

function outcomeOf(status: number): CallRecord["outcome"] {
  if (status >= 500) return "upstream_error";
  return status >= 400 ? "client_error" : "ok";
}
