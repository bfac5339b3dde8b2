// What tells one kept answer from another: the address as the settings count it, who may see it, and what `Vary` names. Pure.
import type { CacheSettings } from "@holdfast/contract";
import { headerOf } from "../headers/header-list.ts";
import { splitList } from "./cache-control.ts";

type QueryRule = CacheSettings["key"]["query"];

/** The query as it counts. Order is kept: to some services it means something. */
export function keyQuery(query: string | undefined, rule: QueryRule): string {
  if (query === undefined || query === "" || rule === "none") return "";
  if (rule === "all") return query;
  const [names, keeps] = "ignore" in rule ? [rule.ignore, false] : [rule.only, true];
  const counted = query.split("&").filter((pair) => pair !== "" && names.some(covers(nameOf(pair))) === keeps);
  return counted.join("&");
}

function nameOf(pair: string): string {
  const equals = pair.indexOf("=");
  const raw = equals < 0 ? pair : pair.slice(0, equals);
  try {
    return decodeURIComponent(raw.replaceAll("+", " "));
  } catch {
    // Not percent-encoding: it stands for itself.
    return raw;
  }
}

function covers(name: string): (pattern: string) => boolean {
  return (pattern) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern);
}

/** Value of one cookie; undefined when it was not sent. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** Names in `Vary`, in lower case and in order, each once. */
export function varyNames(headers: readonly string[]): string[] {
  const vary = headerOf(headers, "vary");
  if (vary === undefined) return [];
  return [...new Set(splitList(vary).map((name) => name.toLowerCase()))].sort();
}

/** What a request says in these headers, as one text. White space around commas means nothing (RFC 9111 section 4.1). */
export function varyKey(names: readonly string[], said: (name: string) => string | undefined): string {
  let key = "";
  for (const name of names) {
    const value = said(name);
    key += value === undefined ? "-\n" : `+${value.trim().replace(/\s*,\s*/g, ",")}\n`;
  }
  return key;
}

/** Tags of an answer, at most `tags_max`, as its headers list them. */
export function tagsOf(headers: readonly string[], names: readonly string[], tags_max: number): string[] {
  const tags = new Set<string>();
  for (const name of names)
    for (const tag of headerOf(headers, name)?.split(/[\s,]+/) ?? []) if (tag !== "") tags.add(tag);
  return [...tags].slice(0, tags_max);
}
