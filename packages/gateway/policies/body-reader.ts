// What policies know of a request's body: its media type, and its value when it is JSON, read once however many of them ask.
import { LIMITS } from "@holdfast/base";
import type { JsonLimitSettings, PlanRoute } from "@holdfast/contract";
import { DEFAULT_JSON_LIMITS, scanJson } from "./json-limits/scan.ts";
import type { PolicyCall, Refusal } from "./policy.ts";

/** Lower case, without parameters. Undefined when there is none, or when two readers could take different ones. */
export function mediaTypeOf(content_type: string | undefined): string | undefined {
  if (content_type === undefined || (content_type.includes(",") && isSeveral(content_type))) return undefined;
  const essence = (content_type.split(";", 1)[0] as string).trim().toLowerCase();
  return essence === "" ? undefined : essence;
}

/** Header lines of one name come joined by commas; quoted text may have commas of its own. */
function isSeveral(value: string): boolean {
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '"') quoted = !quoted;
    else if (value[at] === "\\" && quoted) at++;
    else if (value[at] === "," && !quoted) return true;
  }
  return false;
}

export function isJson(media_type: string | undefined): boolean {
  return media_type === "application/json" || media_type === "text/json" || (media_type?.endsWith("+json") ?? false);
}

/** Why a body cannot be looked into: its reader would find another text in these bytes than we do. */
export function unreadable(call: PolicyCall): Refusal | undefined {
  const encoding = call.header("content-encoding");
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") return COMPRESSED;
  const type = call.header("content-type");
  return type === undefined || charsetsOf(type).every((charset) => LIKE_ASCII.test(charset))
    ? undefined
    : OTHER_CHARSET;
}

const COMPRESSED: Refusal = {
  code: "unsupported_media_type",
  detail: "A compressed body cannot be checked here; send it without Content-Encoding.",
};
const OTHER_CHARSET: Refusal = {
  code: "unsupported_media_type",
  detail: "A body in this charset cannot be checked here; send it in UTF-8.",
};

/** In these, whatever has a meaning in JSON, forms and attacks is written as in UTF-8. */
const LIKE_ASCII = /^(utf-?8|(us-)?ascii|iso-8859-\d{1,2}|windows-125\d)$/i;

const NONE: readonly string[] = [];

/** Of two readers, one may take the first and the other the last. */
function charsetsOf(content_type: string): readonly string[] {
  if (!content_type.includes(";")) return NONE;
  return [...content_type.matchAll(/;\s*charset\s*=\s*"?([^";,\s]*)/gi)].map(([, charset]) => charset as string);
}

export function requestType(call: PolicyCall): string | undefined {
  return mediaTypeOf(call.header("content-type"));
}

/** Bytes of a body that is gathered to be looked at. */
export function gatheredBytes({ body_bytes_max }: PlanRoute): number {
  return Math.min(body_bytes_max ?? LIMITS.checked_body_bytes_max, LIMITS.buffered_body_bytes_max);
}

export function jsonLimitsOf({ checks }: PlanRoute): JsonLimitSettings {
  return checks?.json ?? DEFAULT_JSON_LIMITS;
}

type Read = { value: unknown } | { refusal: Refusal };

/**
 * What was read of a body is kept on the bytes themselves, so that a body which a policy replaced is another one. In a table of weak
 * references it would cost the collector about a microsecond for each call.
 */
type ReadBody = Uint8Array & { read?: { limits: JsonLimitSettings; found: Read } };

/** Within the limits, or the reason why not. */
export function readJson(body: ReadBody, limits: JsonLimitSettings): Read {
  if (body.read?.limits !== limits) body.read = { limits, found: readNew(body, limits) };
  return body.read.found;
}

function readNew(body: Uint8Array, limits: JsonLimitSettings): Read {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString();
  const fault = scanJson(body, limits, text);
  return fault ? { refusal: jsonRefusal(fault) } : { value: JSON.parse(text) };
}

export function jsonRefusal({ kind, detail }: { kind: "syntax" | "limit"; detail: string }): Refusal {
  if (kind === "syntax") return { code: "malformed_request", detail: `The body is not JSON: ${detail}.` };
  const sentence = `The body is more than this route takes: ${detail}.`;
  return { code: "request_invalid", detail: sentence, errors: [{ path: "body", message: detail }] };
}
