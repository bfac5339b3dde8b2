// Header names that settings may not give another meaning: those of the connection, of framing, and those that the gateway says.
// What the gateway drops from clients is gateway/headers/request-headers.ts. Pure.

const RESERVED = new Set([
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "expect",
  "forwarded",
  "host",
  "keep-alive",
  "te",
  "traceparent",
  "tracestate",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
  "x-api-key",
  "x-authenticated-scope",
  "x-real-ip",
  "x-request-id",
]);

const RESERVED_PREFIXES = ["x-forwarded-", "x-holdfast-", "x-consumer", "proxy-", "access-control-", "http2-"];

export function isReservedHeader(lower: string): boolean {
  return RESERVED.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix));
}
