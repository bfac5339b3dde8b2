// The span of what was asked of an upstream, or of a model's provider: all attempts as one, because a record times and names only
// the last of them. By the semantic conventions for HTTP clients, and those for generative AI
// (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/). There is no `url.full`: a record does not have what a route
// made of the address.
import type { CallAi, CallRecord } from "@holdfast/contract";
import { type Known, methodOf, nameOf, ownOf } from "./call-attributes.ts";
import { attributesOf, SPAN_KIND, type Span, STATUS_ERROR, unixNanos } from "./span.ts";

/** `asks`: upstreams that were asked, the answering one included. */
export function clientSpan(call: CallRecord, asks: number): Span {
  return {
    ...outgoing(call, { "holdfast.attempts": asks }),
    spanId: clientSpanId(call.span_id),
    parentSpanId: call.span_id,
    startTimeUnixNano: unixNanos(call.at, askedAfter_us(call)),
  };
}

/** The one span of a copy for a shadow: the id that its upstream got, below the call that it mirrors. */
export function copySpan(call: CallRecord): Span {
  return {
    ...outgoing(call, { "holdfast.shadow_of": call.shadow_of }),
    spanId: call.span_id,
    ...(call.parent_span_id === null ? {} : { parentSpanId: call.parent_span_id }),
    startTimeUnixNano: unixNanos(call.at, 0),
  };
}

/**
 * A record has no second id, so one is made of the first by turning its highest bit. In ids of calls that bit is set (the variant of
 * a UUID, RFC 9562), so that no call's own id is ever met, and the same record makes the same span again.
 */
function clientSpanId(span_id: string): string {
  return (Number.parseInt(span_id.slice(0, 1), 16) ^ 8).toString(16) + span_id.slice(1);
}

/** The gateway's own work comes first. Each phase is rounded, and no call ends before it asked. */
function askedAfter_us({ phases, duration_us }: CallRecord): number {
  const { receive_us, identify_us, admit_us, choose_us } = phases;
  const spent_us = [receive_us, identify_us, admit_us, choose_us].reduce<number>((sum, each) => sum + (each ?? 0), 0);
  return Math.min(spent_us, duration_us);
}

function outgoing(call: CallRecord, more: Known): Omit<Span, "spanId" | "parentSpanId" | "startTimeUnixNano"> {
  const { ai } = call;
  const error = errorOf(call);
  return {
    traceId: call.trace_id,
    name: ai ? `chat ${ai.model}` : nameOf(call),
    kind: SPAN_KIND.client,
    endTimeUnixNano: unixNanos(call.at, call.duration_us),
    attributes: attributesOf({ ...askedOf(call), "error.type": error, ...aiOf(call, ai), ...ownOf(call), ...more }),
    status: error === null ? {} : { code: STATUS_ERROR },
  };
}

function askedOf(call: CallRecord): Known {
  // `host:port`; an IPv6 address stands in brackets.
  const [, host = call.upstream, port] = /^\[?(.*?)\]?:(\d+)$/.exec(call.upstream ?? "") ?? [];
  return {
    ...methodOf(call),
    "server.address": host,
    "server.port": port === undefined ? null : Number(port),
    "http.response.status_code": call.upstream_status,
  };
}

function aiOf({ upstream_status }: CallRecord, ai: CallAi | null): Known {
  if (!ai) return {};
  const answered = upstream_status !== null && upstream_status < 400;
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": ai.provider,
    "gen_ai.request.model": ai.model,
    "gen_ai.response.model": answered ? ai.provider_model : null,
    "gen_ai.usage.input_tokens": ai.input_tokens,
    "gen_ai.usage.output_tokens": ai.output_tokens,
    "holdfast.cost_nano_usd": ai.cost_nano_usd,
  };
}

/** To a client every 4xx is an error too. Null: the upstream did what it was asked, or was not waited for. */
function errorOf({ upstream_status, error_origin, outcome }: CallRecord): string | null {
  if (upstream_status !== null && upstream_status >= 400) return String(upstream_status);
  return error_origin === "upstream" ? outcome : null;
}
