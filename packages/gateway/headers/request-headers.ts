// One pass over a request's header list: notes what the gateway acts on, and keeps for the upstream what is the client's to say.
// Dropped: what belongs to this connection only (RFC 9110 section 7.6.1), what the gateway sets itself, and credentials, which
// are put back when they turn out not to be ours. Pure.
import { onePiece } from "@holdfast/http1";
import { canonicalHost } from "../routing/host.ts";
import type { HeaderLines } from "../transport/header-lines.ts";

export type RequestHeaders = {
  /** Names and values in turn, for the upstream. Shared by all calls that say the same: whoever changes it makes a list of their own. */
  forward: readonly string[];
  /** All this was said before. */
  repeated: boolean;
  /** What the upstream hears of it, where nothing of the call has a say in it; once it was needed. */
  lines: HeaderLines | undefined;
  host: string | undefined;
  /** As it is matched and recorded; undefined: `host` is none. */
  canonical_host: string | undefined;
  host_count: number;
  content_length: number | undefined;
  transfer_encoding: string | undefined;
  connection: string | undefined;
  upgrade: string | undefined;
  expect: string | undefined;
  via: string | undefined;
  request_id: string | undefined;
  traceparent: string | undefined;
  tracestate: string | undefined;
  api_key: string | undefined;
  authorization: string | undefined;
  user_agent: string | undefined;
  content_type: string | undefined;
  content_encoding: string | undefined;
};

type Kind =
  | "pass"
  | "drop"
  | Exclude<keyof RequestHeaders, "forward" | "repeated" | "lines" | "host_count" | "canonical_host">;

const KINDS = new Map<string, Kind>();

function know(kind: Kind, ...names: string[]): void {
  for (const name of names) {
    KINDS.set(name, kind);
    // As most clients write it: `Content-Type`. Saves lower-casing on the hot path.
    KINDS.set(
      name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
      kind,
    );
  }
}

know("host", "host");
know("content_length", "content-length");
know("transfer_encoding", "transfer-encoding");
know("connection", "connection");
know("upgrade", "upgrade");
know("expect", "expect");
know("via", "via");
know("request_id", "x-request-id");
know("traceparent", "traceparent");
know("tracestate", "tracestate");
know("api_key", "x-api-key");
know("authorization", "authorization");
know("user_agent", "user-agent");
know("content_type", "content-type");
know("content_encoding", "content-encoding");
know("drop", "keep-alive", "proxy-connection", "proxy-authorization", "te", "trailer", "http2-settings");
know("drop", "forwarded", "x-real-ip");
know("drop", "x-consumer", "x-consumer-groups", "x-authenticated-scope");
know("pass", "accept", "accept-encoding", "accept-language", "cache-control", "cookie", "if-none-match", "origin");
know("pass", "pragma", "range", "referer", "if-modified-since", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest");

function kindOf(name: string): Kind {
  const known = KINDS.get(name);
  if (known) return known;
  const lower = name.toLowerCase();
  const kind = KINDS.get(lower) ?? (isOurs(lower) ? "drop" : "pass");
  return kind === "pass" && lower.includes("_") && isOursInDisguise(lower) ? "drop" : kind;
}

/** Servers that speak CGI read `x_consumer` and `x-consumer` as one name (RFC 3875 section 4.1.18). */
function isOursInDisguise(lower: string): boolean {
  const plain = lower.replaceAll("_", "-");
  return isOurs(plain) || (KINDS.get(plain) ?? "pass") !== "pass";
}

/** Said by the gateway alone. */
function isOurs(lower: string): boolean {
  return lower.startsWith("x-forwarded-") || lower.startsWith("x-holdfast-");
}

export function readRequestHeaders(raw: readonly string[]): RequestHeaders {
  const headers = emptyHeaders();
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string;
    const value = raw[index + 1] as string;
    const kind = kindOf(name);
    if (kind === "pass") headers.forward.push(name, value);
    else if (kind !== "drop") note(headers, kind, name, value);
  }
  if (headers.connection !== undefined) dropNamed(headers, headers.connection);
  if (headers.host !== undefined) headers.canonical_host = canonicalHost(headers.host);
  return headers;
}

/** Not anybody else's yet. */
type Reading = RequestHeaders & { forward: string[] };

function emptyHeaders(): Reading {
  return {
    forward: [],
    repeated: false,
    lines: undefined,
    host: undefined,
    canonical_host: undefined,
    host_count: 0,
    content_length: undefined,
    transfer_encoding: undefined,
    connection: undefined,
    upgrade: undefined,
    expect: undefined,
    via: undefined,
    request_id: undefined,
    traceparent: undefined,
    tracestate: undefined,
    api_key: undefined,
    authorization: undefined,
    user_agent: undefined,
    content_type: undefined,
    content_encoding: undefined,
  };
}

function note(headers: Reading, kind: Exclude<Kind, "pass" | "drop">, name: string, value: string): void {
  switch (kind) {
    case "host":
      headers.host_count++;
      headers.host = value;
      return;
    case "content_length":
      // The parser has refused signs, lists and anything else that is not digits.
      headers.content_length = Number(value);
      return;
    case "user_agent":
    case "content_type":
    case "content_encoding":
      headers[kind] = value;
      headers.forward.push(name, value);
      return;
    case "connection":
    case "transfer_encoding":
    case "upgrade":
    case "via":
    case "tracestate":
      headers[kind] = headers[kind] === undefined ? value : `${headers[kind]}, ${value}`;
      return;
    case "traceparent":
      // Two parents are none (W3C Trace Context section 3.2.1): the joined value does not parse.
      headers.traceparent = headers.traceparent === undefined ? value : `${headers.traceparent},${value}`;
      return;
    default:
      headers[kind] ??= value;
  }
}

/** The same is said again. What is looked up for each call is better one piece of text than a part of the whole head. */
export function noteRepeated(headers: RequestHeaders): void {
  headers.repeated = true;
  if (headers.api_key !== undefined) headers.api_key = onePiece(headers.api_key);
  if (headers.authorization !== undefined) headers.authorization = onePiece(headers.authorization);
}

/** What `Connection` names was meant for us alone. */
function dropNamed(headers: Reading, connection: string): void {
  const named = connectionTokens(connection);
  if (named.length === 0) return;
  headers.forward = withoutNamed(headers.forward, named);
  if (named.includes("tracestate")) headers.tracestate = undefined;
  if (named.includes("via")) headers.via = undefined;
}

/** Header names in a `Connection` value, lower case, without the two options that are no names. */
export function connectionTokens(connection: string): string[] {
  const lower = connection.toLowerCase();
  if (lower === "keep-alive" || lower === "close") return [];
  const tokens = lower.split(",").map((token) => token.trim());
  return tokens.filter((token) => token !== "" && token !== "keep-alive" && token !== "close");
}

export function withoutNamed(flat: readonly string[], named: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    if (!named.includes(name.toLowerCase())) kept.push(name, flat[index + 1] as string);
  }
  return kept;
}
