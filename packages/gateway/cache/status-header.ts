// Cache-Status (RFC 9211): how the cache took part, for whoever debugs. Pure.

/** Why a call went on to the upstream (RFC 9211 section 2.2). */
export type Forwarded = "bypass" | "method" | "uri-miss" | "vary-miss" | "request" | "stale";

export type CacheStatus =
  | { kind: "hit"; ttl_s: number; detail?: string }
  | { kind: "forwarded"; why: Forwarded; status: number | undefined; stored: boolean; detail?: string };

const NAME = "holdfast";

/** `collapsed`: the call waited for another one's answer. */
export function cacheStatus(status: CacheStatus, collapsed: boolean): string {
  const detail = status.detail === undefined ? "" : `; detail=${status.detail}`;
  if (status.kind === "hit") return `${NAME}; hit; ttl=${status.ttl_s}${collapsed ? "; collapsed" : ""}${detail}`;
  const answered = status.status === undefined ? "" : `; fwd-status=${status.status}`;
  const stored = status.stored ? "; stored" : "";
  return `${NAME}; fwd=${status.why}${answered}${stored}${collapsed ? "; collapsed" : ""}${detail}`;
}
