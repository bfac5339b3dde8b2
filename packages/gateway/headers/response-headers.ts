// Makes an upstream's header list into the client's, in place: drops what belongs to the upstream connection only and what the
// gateway says itself, and opens `x-holdfast-ref` to pages of other origins. Pure.
import { connectionTokens, withoutNamed } from "./request-headers.ts";

/** Names in lower case, as the upstream port hands them in. */
const DROPPED = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-holdfast-ref",
  "x-request-id",
  "traceparent",
]);

/** Only when the gateway itself limits: an upstream's own limits are worth knowing otherwise. */
const LIMIT_HEADERS = new Set(["ratelimit", "ratelimit-policy"]);

const OPENED = "x-holdfast-ref, x-request-id";

export type ResponseHead = {
  headers: string[];
  length: number | undefined;
  content_type: string | undefined;
  encoded: boolean;
};

/** `flat` is consumed. `limited`: the gateway sends limit headers of its own. */
export function readResponseHeaders(flat: string[], status: number, limited: boolean): ResponseHead {
  const head: ResponseHead = { headers: flat, length: undefined, content_type: undefined, encoded: false };
  let connection: string | undefined;
  let allows_origin = false;
  let exposed = -1;
  let kept = 0;
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    const value = flat[index + 1] as string;
    if (name === "connection") connection = connection === undefined ? value : `${connection}, ${value}`;
    if (DROPPED.has(name) || (limited && LIMIT_HEADERS.has(name))) continue;
    if (name === "content-length") {
      // 204 has no length (RFC 9110 section 8.6).
      if (status === 204) continue;
      head.length = Number(value);
    } else if (name === "content-type") head.content_type = value;
    else if (name === "content-encoding") head.encoded = value.toLowerCase() !== "identity";
    else if (name === "access-control-allow-origin") allows_origin = true;
    else if (name === "access-control-expose-headers") exposed = kept;
    flat[kept++] = name;
    flat[kept++] = value;
  }
  flat.length = kept;
  if (allows_origin) openTo(flat, exposed);
  if (connection !== undefined) head.headers = withoutNamed(flat, connectionTokens(connection));
  return head;
}

/** An interim answer's headers, without what belongs to the upstream connection only. */
export function withoutHop(flat: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < flat.length; index += 2)
    if (!DROPPED.has(flat[index] as string) && flat[index] !== "content-length")
      kept.push(flat[index] as string, flat[index + 1] as string);
  return kept;
}

/** Pages of other origins see only headers that the answer lists. */
function openTo(flat: string[], exposed: number): void {
  if (exposed < 0) flat.push("access-control-expose-headers", OPENED);
  else flat[exposed + 1] = `${flat[exposed + 1]}, ${OPENED}`;
}
