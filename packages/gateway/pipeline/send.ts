// Sixth phase, on routes: the client's request as the upstream gets it.
import type { Target } from "../runtime/runtime.ts";
import type { Call } from "./call.ts";

export function upstreamPath(call: Call, { prefix }: Target): string {
  const path = prefix === "" ? call.upstream_path : prefix + call.upstream_path;
  const query = call.upstream_query;
  return query === undefined ? path : `${path}?${query}`;
}

/** The client's own headers, credentials that are not ours, and what the gateway says of the client. */
export function upstreamHeaders(call: Call): string[] {
  const { headers, trace } = call;
  const { forward } = headers;
  if (headers.api_key !== undefined && !call.drop_api_key) forward.push("x-api-key", headers.api_key);
  if (headers.authorization !== undefined && !call.drop_authorization)
    forward.push("authorization", headers.authorization);
  // A body that was gathered is sent whole, and the transport says its length.
  if (call.has_body && !call.body && headers.content_length !== undefined)
    forward.push("content-length", String(headers.content_length));
  const { forwarded } = call;
  forward.push("x-forwarded-for", forwarded?.chain ?? call.client_address, "x-forwarded-proto", call.scheme);
  const host = forwarded?.host ?? headers.host;
  if (host !== undefined) forward.push("x-forwarded-host", host);
  forward.push("x-request-id", call.request_id, "traceparent", trace.traceparent);
  // A state without its trace means nothing (W3C Trace Context section 3.3).
  if (headers.tracestate !== undefined && trace.parent_span_id !== null) forward.push("tracestate", headers.tracestate);
  forward.push("via", headers.via === undefined ? "1.1 holdfast" : `${headers.via}, 1.1 holdfast`);
  return forward;
}
