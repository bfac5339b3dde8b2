// Sixth phase, on routes: the client's request as the upstream gets it.
import { headerLines, onePiece } from "@holdfast/http1";
import { OUR_HOP, viaBehind } from "../headers/via.ts";
import type { Target } from "../runtime/runtime.ts";
import { flatLines, type HeaderLines } from "../transport/header-lines.ts";
import type { Call } from "./call.ts";

export function upstreamPath(call: Call, { prefix }: Target): string {
  const path = prefix === "" ? call.upstream_path : prefix + call.upstream_path;
  const query = call.upstream_query;
  return query === undefined ? path : `${path}?${query}`;
}

/** Adds the client's credentials that are not ours, and what it says of its body, its trace and its way. Once for each call. */
export function forwardedHeaders(call: Call): void {
  const { headers } = call;
  if (headers.api_key !== undefined && !call.drop_api_key) call.upstream_headers.push("x-api-key", headers.api_key);
  if (headers.authorization !== undefined && !call.drop_authorization)
    call.upstream_headers.push("authorization", headers.authorization);
  // A body that was gathered is sent whole, and the transport says its length.
  if (call.has_body && !call.body && headers.content_length !== undefined)
    call.upstream_headers.push("content-length", String(headers.content_length));
  // A state without its trace means nothing (W3C Trace Context section 3.3).
  if (headers.tracestate !== undefined && call.trace.parent_span_id !== null)
    call.upstream_headers.push("tracestate", headers.tracestate);
  if (headers.via !== undefined) call.upstream_headers.push("via", viaBehind(headers.via));
}

type Said = { headers: readonly string[]; lines: HeaderLines };

const NO_HEADERS: readonly string[] = [];

/** All that the upstream hears beside the request line: lists that its transport has to check, and lines that it has not. */
export function requestHead(call: Call): Said {
  const { headers, forward, forwarded, trace, caller_lines } = call;
  const own = clientLines(call) + trace.lines + caller_lines;
  // What is said again and again is put together once.
  if (!headers.repeated || forward !== headers.forward || forwarded)
    return { headers: forward, lines: askedLines(call) + own };
  headers.lines ??= onePiece(headerLines(forward) + askedLines(call));
  return { headers: NO_HEADERS, lines: headers.lines + own };
}

const HTTP = "x-forwarded-proto: http\r\nx-forwarded-for: ";
const HTTPS = "x-forwarded-proto: https\r\nx-forwarded-for: ";
const FIRST_HOP = `via: ${OUR_HOP}\r\n`;

/** What the gateway says of the client. Hosts and addresses were looked at, every character, where they were read. */
function clientLines(call: Call): HeaderLines {
  return `${call.scheme === "https" ? HTTPS : HTTP}${call.forwarded?.chain ?? call.exchange.remote_address}\r\n`;
}

/** And of what the client asked for. */
function askedLines({ headers, forwarded }: Call): HeaderLines {
  const host = forwarded?.host ?? headers.host;
  const asked = host === undefined ? "" : `x-forwarded-host: ${host}\r\n`;
  return headers.via === undefined ? asked + FIRST_HOP : asked;
}

/** All that the upstream heard beside the request line, in one list. */
export function headersSent(call: Call): string[] {
  return [...call.forward, ...flatLines(askedLines(call) + clientLines(call) + call.trace.lines + call.caller_lines)];
}

/** The same of a call that is about to be sent. */
export function upstreamHeaders(call: Call): string[] {
  forwardedHeaders(call);
  return headersSent(call);
}
