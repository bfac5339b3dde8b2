// What the spans of one call have in common: its name where no route gives one, its method and what Holdfast itself knows of it.
import type { CallRecord } from "@holdfast/contract";

export type Known = Record<string, string | number | null>;

/** RFC 9110, and PATCH of RFC 5789: what the conventions take for known. Anything else a client may have made up. */
const METHODS = new Set(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"]);

/** As names of spans say it. */
export function knownMethodOf({ method }: CallRecord): string {
  return METHODS.has(method) ? method : "HTTP";
}

/** `GET routes.orders`; never the path, of which there are too many to group by. */
export function nameOf(call: CallRecord): string {
  const known = knownMethodOf(call);
  return call.subject === null ? known : `${known} ${call.subject}`;
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
