// What templates and expressions of a route may say of a call.
import type { TemplatePlace, TemplateValues } from "@holdfast/expressions";
import type { PolicyCall } from "./policy.ts";

/** The part of a call that templates read. */
export type Told = Pick<
  PolicyCall,
  "id" | "method" | "host" | "path" | "query" | "client_address" | "consumer" | "claims" | "header" | "parameters"
>;

export function valuesOf(call: Told): TemplateValues {
  let query: URLSearchParams | undefined;
  return (place: TemplatePlace) => {
    switch (place.source) {
      case "param":
        return decoded(call.parameters()[place.name]);
      case "query":
        query ??= new URLSearchParams(call.query);
        return query.get(place.name) ?? undefined;
      case "header":
        return call.header(place.name);
      case "claim":
        return textOf(memberAt(call.claims, place.name.split(".")));
      case "word":
        return wordOf(call, place.name);
      case "step":
        return undefined;
    }
  };
}

function wordOf(call: Told, name: (TemplatePlace & { source: "word" })["name"]): string | undefined {
  switch (name) {
    case "consumer":
      return call.consumer;
    case "request_id":
      return call.id;
    case "method":
    case "host":
    case "path":
    case "client_address":
      return call[name];
  }
}

/** Variables of expressions. `$header` is a function of the name in lower case. */
export function bindingsOf(call: Told): Record<string, unknown> {
  return {
    param: Object.fromEntries(Object.entries(call.parameters()).map(([name, raw]) => [name, decoded(raw)])),
    query: Object.fromEntries(new URLSearchParams(call.query)),
    header: (name: unknown) => (typeof name === "string" ? call.header(name.toLowerCase()) : undefined),
    claim: call.claims ?? {},
    consumer: call.consumer,
    method: call.method,
    path: call.path,
  };
}

/** Own members only, one after the other. */
export function memberAt(value: unknown, steps: readonly string[]): unknown {
  let at = value;
  for (const step of steps) {
    if (at === null || typeof at !== "object" || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at;
}

/** Lists are joined by spaces, as scopes are; a mapping has no text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) && value.every((each) => typeof each !== "object") ? value.join(" ") : undefined;
}

/** A segment of a canonical path; bytes that are no UTF-8 are no text. */
function decoded(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  try {
    return decodeURIComponent(raw);
  } catch {
    // The client's escape is broken; a template then has no such value.
    return undefined;
  }
}
