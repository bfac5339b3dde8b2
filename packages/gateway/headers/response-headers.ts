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
const LIMIT_HEADERS = ["ratelimit", "ratelimit-policy"];

type Kind = "drop" | "limit" | "connection" | "length" | "type" | "encoding" | "origin" | "exposed" | "located";

/** What is not in here is kept as it is. */
const KINDS = new Map<string, Kind>([
  ...[...DROPPED].map((name): [string, Kind] => [name, "drop"]),
  ...LIMIT_HEADERS.map((name): [string, Kind] => [name, "limit"]),
  ["connection", "connection"],
  ["content-length", "length"],
  ["content-type", "type"],
  ["content-encoding", "encoding"],
  ["location", "located"],
  ["content-location", "located"],
  ["access-control-allow-origin", "origin"],
  ["access-control-expose-headers", "exposed"],
]);

const OPENED = "x-holdfast-ref, x-request-id";

export type ResponseHead = {
  headers: string[];
  length: number | undefined;
  content_type: string | undefined;
  encoded: boolean;
  /** It names an address. */
  located: boolean;
};

/** What is noted on the way through a list. */
type Notes = { connection: string | undefined; allows_origin: boolean; exposed: number };

/** `limited`: the gateway sends limit headers of its own. */
export function readResponseHeaders(said: readonly string[], status: number, limited: boolean): ResponseHead {
  const flat = said.slice();
  const head: ResponseHead = {
    headers: flat,
    length: undefined,
    content_type: undefined,
    encoded: false,
    located: false,
  };
  const notes: Notes = { connection: undefined, allows_origin: false, exposed: -1 };
  let kept = 0;
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    const value = flat[index + 1] as string;
    const kind = KINDS.get(name);
    if (kind === "drop" || (kind === "limit" && limited)) continue;
    // 204 has no length (RFC 9110 section 8.6).
    if (kind === "length" && status === 204) continue;
    if (kind === "connection") {
      notes.connection = notes.connection === undefined ? value : `${notes.connection}, ${value}`;
      continue;
    }
    if (kind !== undefined) note(head, notes, { kind, value, kept });
    flat[kept++] = name;
    flat[kept++] = value;
  }
  flat.length = kept;
  if (notes.allows_origin) openTo(flat, notes.exposed);
  const named = notes.connection === undefined ? [] : connectionTokens(notes.connection);
  if (named.length > 0) head.headers = withoutNamed(flat, named);
  return head;
}

function note(
  head: ResponseHead,
  notes: Notes,
  { kind, value, kept }: { kind: Kind; value: string; kept: number },
): void {
  if (kind === "length") head.length = Number(value);
  else if (kind === "type") head.content_type = value;
  else if (kind === "encoding") head.encoded = value.toLowerCase() !== "identity";
  else if (kind === "located") head.located = true;
  else if (kind === "origin") notes.allows_origin = true;
  else if (kind === "exposed") notes.exposed = kept;
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
