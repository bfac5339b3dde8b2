// Sixth phase, on routes: the client's request as the upstream gets it.
import { OUR_HOP, viaBehind } from "../headers/via.ts";
import type { Target } from "../runtime/runtime.ts";
import { flatLines, type HeaderLines } from "../transport/header-lines.ts";
import type { Call } from "./call.ts";

export function upstreamPath(call: Call, { prefix }: Target): string {
  const path = prefix === "" ? call.upstream_path : prefix + call.upstream_path;
  const query = call.upstream_query;
  return query === undefined ? path : `${path}?${query}`;
}

/** The client's own headers and credentials that are not ours, and what it says of its trace and its way. Once for each call. */
export function forwardedHeaders(call: Call): string[] {
  const { headers, forward } = call;
  if (headers.api_key !== undefined && !call.drop_api_key) forward.push("x-api-key", headers.api_key);
  if (headers.authorization !== undefined && !call.drop_authorization)
    forward.push("authorization", headers.authorization);
  // A body that was gathered is sent whole, and the transport says its length.
  if (call.has_body && !call.body && headers.content_length !== undefined)
    forward.push("content-length", String(headers.content_length));
  // A state without its trace means nothing (W3C Trace Context section 3.3).
  if (headers.tracestate !== undefined && call.trace.parent_span_id !== null)
    forward.push("tracestate", headers.tracestate);
  if (headers.via !== undefined) forward.push("via", viaBehind(headers.via));
  return forward;
}

const HTTP = "x-forwarded-proto: http\r\nx-forwarded-for: ";
const HTTPS = "x-forwarded-proto: https\r\nx-forwarded-for: ";
const FIRST_HOP = `via: ${OUR_HOP}\r\nx-request-id: `;

/** What the gateway says of the client and of the call. Hosts and addresses were looked at, every character, where they were read. */
export function requestLines(call: Call): HeaderLines {
  const { headers, forwarded, trace } = call;
  const address = forwarded?.chain ?? call.exchange.remote_address;
  const host = forwarded?.host ?? headers.host;
  const asked = host === undefined ? "\r\n" : `\r\nx-forwarded-host: ${host}\r\n`;
  const via = headers.via === undefined ? FIRST_HOP : "x-request-id: ";
  const client = (call.scheme === "https" ? HTTPS : HTTP) + address + asked;
  return `${client}${via}${call.request_id}\r\ntraceparent: ${trace.traceparent}\r\n${call.caller_lines}`;
}

/** All of it in one list. */
export function upstreamHeaders(call: Call): string[] {
  return [...forwardedHeaders(call), ...flatLines(requestLines(call))];
}
