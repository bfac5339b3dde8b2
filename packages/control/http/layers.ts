// What every request passes on both ports: an id, headers that keep browsers careful, and a limit on the body.
import { type IdSource, LIMITS, Problem } from "@holdfast/base";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Env } from "./context.ts";
import type { Route } from "./route.ts";

/** Keeps the caller's `x-request-id` if it is harmless, so that one id leads through all systems. */
export function requestId(ids: IdSource): MiddlewareHandler<Env> {
  return async (context, next) => {
    const given = context.req.header("x-request-id");
    const request_id = given && /^[\w.:-]{8,128}$/.test(given) ? given : ids();
    context.set("request_id", request_id);
    context.header("x-request-id", request_id);
    await next();
  };
}

/** Scripts, styles, pictures and connections from ourselves only; nothing may frame us. Mantine and uPlot set style attributes. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export function securityHeaders(): MiddlewareHandler<Env> {
  return async (context, next) => {
    await next();
    const { headers } = context.res;
    headers.set("content-security-policy", CONTENT_SECURITY_POLICY);
    headers.set("x-content-type-options", "nosniff");
    headers.set("x-frame-options", "DENY");
    headers.set("referrer-policy", "no-referrer");
    if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  };
}

export function limitBody(route: Pick<Route, "body_bytes_max">): MiddlewareHandler<Env> {
  const maxSize = route.body_bytes_max ?? LIMITS.api_body_bytes_max;
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new Problem("body_too_large", { detail: `At most ${maxSize} bytes are accepted.` });
    },
  });
}
