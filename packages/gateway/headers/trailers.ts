// Headers behind a body, on their way from one side to the other: what must not stand there is dropped. Pure.
import { plainName } from "./header-list.ts";

/** Framing, routing, request modifiers, credentials, what describes the content (RFC 9110 section 6.5.1), and what is ours to say. */
const FORBIDDEN = new Set([
  "age",
  "authorization",
  "cache-control",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "cookie",
  "date",
  "expect",
  "expires",
  "forwarded",
  "host",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "keep-alive",
  "location",
  "max-forwards",
  "pragma",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "range",
  "retry-after",
  "set-cookie",
  "te",
  "trailer",
  "traceparent",
  "tracestate",
  "transfer-encoding",
  "upgrade",
  "vary",
  "via",
  "www-authenticate",
  "x-api-key",
  "x-authenticated-scope",
  "x-consumer",
  "x-consumer-groups",
  "x-real-ip",
  "x-request-id",
]);

const NONE: ReadonlySet<string> = new Set();

/** `flat`: names in lower case and values in turn. `own`: plain names that the other side may not say here either. */
export function allowedTrailers(flat: readonly string[], own: ReadonlySet<string> = NONE): string[] {
  const allowed: string[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    const plain = plainName(name);
    if (mayStandThere(plain) && !own.has(plain)) allowed.push(name, flat[index + 1] as string);
  }
  return allowed;
}

function mayStandThere(plain: string): boolean {
  return !plain.startsWith("x-forwarded-") && !plain.startsWith("x-holdfast-") && !FORBIDDEN.has(plain);
}
