// What the claims of a token say of its bearer: a name, scopes, headers for the upstream. Pure.
import { LIMITS } from "@holdfast/base";
import type { PlanIntrospectionScheme, PlanJwtScheme } from "@holdfast/contract";
import type { Caller } from "./scheme.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** Longer names would fill records; real ones are below 100. */
const NAME_CHARACTERS_MAX = 256;

/** Undefined: the token does not name anybody. */
export function callerOf(claims: Claims, scheme: PlanJwtScheme | PlanIntrospectionScheme): Caller | undefined {
  const name = nameOf(claimOf(claims, scheme.consumer_claim));
  if (name === undefined) return undefined;
  return {
    identity: scheme.name,
    name,
    trusted_name: false,
    scopes: scopesOf(claims, scheme.scopes_claim),
    claims,
    headers: headersOf(claims, scheme.claims_to_headers),
  };
}

/** A claim by its own name, else by the way to it: `realm_access.roles`. */
export function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let at: unknown = claims;
  for (const step of name.split(".")) {
    if (at === null || typeof at !== "object" || !Object.hasOwn(at, step)) return undefined;
    at = (at as Claims)[step];
  }
  return at;
}

function nameOf(claim: unknown): string | undefined {
  const text = typeof claim === "number" ? String(claim) : claim;
  return typeof text === "string" && text !== "" && text.length <= NAME_CHARACTERS_MAX ? text : undefined;
}

/** A list, or one text with spaces between (RFC 8693 section 4.2). `scp` is what some issuers write for `scope`. */
function scopesOf(claims: Claims, name: string | undefined): string[] {
  const claim = name === undefined ? (claims.scope ?? claims.scp) : claimOf(claims, name);
  const all: unknown[] = typeof claim === "string" ? claim.split(" ") : Array.isArray(claim) ? claim : [];
  return all.filter((scope): scope is string => typeof scope === "string" && scope !== "");
}

function headersOf(claims: Claims, claims_to_headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(claims_to_headers).flatMap(([claim, header]) => {
    const text = headerText(claimOf(claims, claim));
    return text === undefined ? [] : [header, text];
  });
}

/** A claim as a header's value: lists with commas between, everything but visible ASCII percent-encoded as in URLs. */
export function headerText(claim: unknown): string | undefined {
  const parts = Array.isArray(claim) ? claim : [claim];
  if (!parts.every((part) => ["string", "number", "boolean"].includes(typeof part))) return undefined;
  const text = parts.map((part) => encodeVisible(String(part))).join(",");
  return text === "" || text.length > LIMITS.claim_header_characters_max ? undefined : text;
}

function encodeVisible(text: string): string {
  return text
    .toWellFormed()
    .trim()
    .replace(/[^\x20-\x7e]+|%/gu, encodeURIComponent);
}
