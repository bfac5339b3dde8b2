// What the spans of one call have in common: its name, its method and what Holdfast itself knows of it.
import type { CallRecord } from "@holdfast/contract";

export type Known = Record<string, string | number | null>;

/** RFC 9110, and PATCH of RFC 5789: what the conventions take for known. Anything else a client may have made up. */
const METHODS = new Set(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"]);

/** `GET routes.orders`; never the path, of which there are too many to group by. */
export function nameOf({ method, subject }: CallRecord): string {
  const known = METHODS.has(method) ? method : "HTTP";
  return subject === null ? known : `${known} ${subject}`;
}

export function methodOf({ method }: CallRecord): Known {
  if (METHODS.has(method)) return { "http.request.method": method };
  return { "http.request.method": "_OTHER", "http.request.method_original": method || null };
}

export function ownOf(call: CallRecord): Known {
  return {
    "holdfast.call": call.id,
    "holdfast.workspace": call.workspace || null,
    "holdfast.subject": call.subject,
    "holdfast.release": call.release,
    "holdfast.consumer": call.consumer,
    "holdfast.upstream": call.upstream,
    "holdfast.outcome": call.outcome,
    "holdfast.refused_by": call.refused_by,
    "holdfast.cache": call.cache,
    "holdfast.plan": call.plan,
  };
}
