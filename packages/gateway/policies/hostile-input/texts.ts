// The texts of a request that rules look at: decoded as their reader will decode them, once more where somebody encoded twice.
import { isJson, requestType } from "../body-reader.ts";
import { DEFAULT_JSON_LIMITS, scanJson } from "../json-limits/scan.ts";
import type { PolicyCall } from "../policy.ts";
import type { TextPlace } from "./rule.ts";

/** True: enough was seen. */
export type Look = (text: string, place: TextPlace) => boolean;

export function lookAtHead(call: PolicyCall, headers: readonly string[], look: Look): boolean {
  if (look(unescaped(call.path, false), "path")) return true;
  if (call.query !== undefined && lookAtPairs(call.query, "query", look)) return true;
  return headers.some((name) => {
    const value = call.header(name);
    return value !== undefined && look(unescaped(value, false), "header");
  });
}

/** Names as well as values: both end up in statements. */
function lookAtPairs(text: string, place: TextPlace, look: Look): boolean {
  for (const part of text.split("&")) {
    const equals = part.indexOf("=");
    const [name, value] = equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
    if (look(unescaped(name, true), place) || (value !== "" && look(unescaped(value, true), place))) return true;
  }
  return false;
}

export type BodyForm = "json" | "form" | "parts" | "text" | undefined;

/** Undefined: not text. */
export function bodyForm(call: PolicyCall): BodyForm {
  const type = requestType(call);
  if (type === undefined || isJson(type)) return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type === "multipart/form-data") return "parts";
  return type.startsWith("text/") || type === "application/xml" || type.endsWith("+xml") ? "text" : undefined;
}

/** Fields and names of a `multipart/form-data` body, and what its files are called; what is in the files is theirs. Throws: it is none. */
export async function lookAtParts(body: Uint8Array, content_type: string, look: Look): Promise<boolean> {
  const parts = await new Response(Buffer.from(body), { headers: { "content-type": content_type } }).formData();
  for (const [name, value] of parts)
    if (look(name, "body") || look(typeof value === "string" ? value : value.name, "body")) return true;
  return false;
}

export function lookAtBody(body: Uint8Array, form: Exclude<BodyForm, "parts">, look: Look): boolean {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString();
  if (form === "form") return lookAtPairs(text, "body", look);
  // What is not JSON after all is looked at as it is.
  if (form === "json" && scanJson(body, { ...DEFAULT_JSON_LIMITS, duplicate_keys: "pass" }) === undefined)
    return lookAtValue(JSON.parse(text), look);
  return look(text, "body");
}

function lookAtValue(value: unknown, look: Look): boolean {
  if (typeof value === "string") return look(value, "body");
  if (value === null || typeof value !== "object") return false;
  if (Array.isArray(value)) return value.some((each) => lookAtValue(each, look));
  return Object.entries(value).some(([name, member]) => look(name, "body") || lookAtValue(member, look));
}

/** Twice at most: somebody who encodes three times reaches nobody who decodes. A broken escape stays as it is. */
function unescaped(text: string, plus_is_space: boolean): string {
  const once = unescapedOnce(plus_is_space ? text.replaceAll("+", " ") : text);
  return once.includes("%") ? unescapedOnce(once) : once;
}

function unescapedOnce(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll("%", ""), "hex").toString());
}
