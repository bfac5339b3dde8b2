// The span of a call as its client sees it, by the semantic conventions for HTTP servers
// (https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span). `http.route` is the path of the route as its settings
// say it: the conventions leave the form of its parameters to the server.
import { type CallRecord, isFailure } from "@holdfast/contract";
import { type Known, knownMethodOf, methodOf, nameOf, ownOf } from "./call-attributes.ts";
import { attributesOf, SPAN_KIND, type Span, STATUS_ERROR, unixNanos } from "./span.ts";

/** Written down where a client left before any status was sent. */
const NOTHING_SENT = 499;

export function serverSpan(call: CallRecord): Span {
  return {
    traceId: call.trace_id,
    spanId: call.span_id,
    ...(call.parent_span_id === null ? {} : { parentSpanId: call.parent_span_id }),
    name: call.route === null ? nameOf(call) : `${knownMethodOf(call)} ${call.route}`,
    kind: SPAN_KIND.server,
    startTimeUnixNano: unixNanos(call.at, 0),
    endTimeUnixNano: unixNanos(call.at, call.duration_us),
    attributes: attributesOf({ ...requestOf(call), ...answerOf(call), ...ownOf(call) }),
    status: isError(call) ? { code: STATUS_ERROR, ...(call.reason === null ? {} : { message: call.reason }) } : {},
  };
}

function requestOf(call: CallRecord): Known {
  return {
    ...methodOf(call),
    "url.scheme": call.encrypted ? "https" : "http",
    "url.path": call.path || null,
    "url.query": call.query,
    "http.route": call.route,
    "server.address": call.host || null,
    "client.address": call.client_address,
    "user_agent.original": call.user_agent,
    ...protocolOf(call),
  };
}

/** `http/1.1` in its two parts; a WebSocket has no version, and bytes that never became a request have neither. */
function protocolOf({ protocol }: CallRecord): Known {
  const [name = "", version] = protocol.split("/");
  return { "network.protocol.name": name || null, "network.protocol.version": version ?? null };
}

function answerOf(call: CallRecord): Known {
  const { status, outcome } = call;
  return {
    "http.response.status_code": outcome === "client_gone" && status === NOTHING_SENT ? null : status,
    "error.type": isError(call) ? errorType(call) : null,
  };
}

function errorType({ status, outcome }: CallRecord): string {
  return outcome === "upstream_error" ? String(status) : outcome;
}

/** What a client did wrong, or that it left, is no error of the server: the conventions leave that to those who know better. */
function isError(call: CallRecord): boolean {
  return call.status >= 500 || isFailure(call);
}
