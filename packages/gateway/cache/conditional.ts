// Conditions of clients answered out of the store, conditions of ours for the upstream, and kept headers brought up to date by a
// 304 (RFC 9110 section 13, RFC 9111 section 4.3). Pure; names of answers' headers in lower case.
import { headerOf, removeHeader } from "../headers/header-list.ts";
import { splitList } from "./cache-control.ts";
import { parseHttpDate } from "./http-date.ts";

export type Conditions = { if_none_match: string | undefined; if_modified_since: string | undefined };

/** The client has this answer already. `kept_since_ms`: when it came, for answers that do not say how old they are. */
export function hasAlready(
  { if_none_match, if_modified_since }: Conditions,
  headers: readonly string[],
  kept_since_ms: number,
): boolean {
  // If-None-Match silences If-Modified-Since (RFC 9110 section 13.1.3).
  if (if_none_match !== undefined) return matchesAny(if_none_match, headerOf(headers, "etag"));
  const since_ms = parseHttpDate(if_modified_since, kept_since_ms);
  if (since_ms === undefined) return false;
  const said = headerOf(headers, "last-modified") ?? headerOf(headers, "date");
  return (parseHttpDate(said, kept_since_ms) ?? kept_since_ms) <= since_ms;
}

/** Weak comparison (RFC 9110 section 8.8.3.2). */
function matchesAny(list: string, etag: string | undefined): boolean {
  if (list.trim() === "*") return true;
  if (etag === undefined) return false;
  return splitList(list).some((one) => opaque(one) === opaque(etag));
}

function opaque(etag: string): string {
  return etag.startsWith("W/") ? etag.slice(2) : etag;
}

/** What a 304 leaves out: it is about a body that it does not have (RFC 9110 section 15.4.5). */
const OF_THE_BODY = new Set([
  "content-length",
  "content-type",
  "content-encoding",
  "content-language",
  "content-range",
]);

export function headersOf304(headers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2)
    if (!OF_THE_BODY.has(headers[index] as string)) kept.push(headers[index] as string, headers[index + 1] as string);
  return kept;
}

const CONDITIONS = ["if-none-match", "if-modified-since"] as const;

/** In place: the request asks whether the kept answer still holds, whatever its client asked. False: there is nothing to ask by. */
export function askIfStill(forward: string[], kept: readonly string[]): boolean {
  const etag = headerOf(kept, "etag");
  const modified = headerOf(kept, "last-modified");
  for (const name of CONDITIONS) removeHeader(forward, name);
  if (etag !== undefined) forward.push("if-none-match", etag);
  if (modified !== undefined) forward.push("if-modified-since", modified);
  return etag !== undefined || modified !== undefined;
}

/** Not taken over from a 304: they would say something else of the kept body. Cookies are for one client. */
const NOT_REFRESHED = new Set([
  ...OF_THE_BODY,
  "set-cookie",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "trailer",
]);

/** The kept headers with what the 304 says in their place (RFC 9111 section 3.2). */
export function refreshedHeaders(kept: readonly string[], update: readonly string[]): string[] {
  const said = new Set<string>();
  for (let index = 0; index < update.length; index += 2)
    if (!NOT_REFRESHED.has(update[index] as string)) said.add(update[index] as string);
  const headers: string[] = [];
  // When the first answer was made, and how old it was, says nothing of this one.
  for (let index = 0; index < kept.length; index += 2)
    if (!said.has(kept[index] as string) && kept[index] !== "age" && kept[index] !== "date")
      headers.push(kept[index] as string, kept[index + 1] as string);
  for (let index = 0; index < update.length; index += 2)
    if (said.has(update[index] as string)) headers.push(update[index] as string, update[index + 1] as string);
  return headers;
}
