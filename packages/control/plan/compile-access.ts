// Who may call a subject: names of identities followed, and what cannot work or would do harm refused.
import type { AccessRules, AccessSettings, IdentitySchemeKind, PlanAccess, PlanScheme } from "@holdfast/contract";
import { schemeOf } from "./compile-identity.ts";
import { type Bench, find } from "./compile-subjects.ts";
import type { SettingsPath } from "./json-schema.ts";
import { isReservedHeader } from "./reserved-headers.ts";

/** `path` leads to `access`. `product`: what consumers subscribe to; a route's service, or the model. */
export type AccessPlace = { path: SettingsPath; kind: "route" | "model"; product: string; bench: Bench };

export function compileAccess(access: AccessSettings, place: AccessPlace): PlanAccess {
  if (typeof access === "string") return access;
  checkRules(access, place);
  return {
    any_of: access.any_of.flatMap((scheme, index) => compileScheme(scheme, index, { access, ...place })),
    scopes: [...new Set(access.scopes)],
    ...(access.subscription ? { subscription: place.product } : {}),
    tell_upstream: access.tell_upstream,
  };
}

/** Headers in which callers of this subject send credentials, for the record to hide. */
export function credentialHeaders(access: AccessSettings): { hidden_headers?: string[] } {
  const header = typeof access === "string" ? undefined : access.api_key?.header;
  return header === undefined ? {} : { hidden_headers: [header] };
}

/** Headers that claims are passed on as, of all identities: an upstream that believes one on one route does so on all. */
export function ownHeaders({ settings }: Bench): { own_headers?: string[] } {
  const names = Object.values(settings.identity).flatMap(({ claims_to_headers }) => Object.values(claims_to_headers));
  return names.length > 0 ? { own_headers: [...new Set(names)].sort() } : {};
}

function checkRules({ any_of, api_key, scopes, subscription }: AccessRules, { path, bench }: AccessPlace): void {
  const written = any_of.map((scheme) => JSON.stringify(scheme));
  const at = any_of.indexOf("public");
  const problem = (below: SettingsPath, message: string, suggestion: string) =>
    bench.problems.push({ path: [...path, ...below], message, suggestion });
  for (const [index, scheme] of written.entries())
    if (written.indexOf(scheme) < index) problem(["any_of", index], "stands here twice", "leave one out");
  if (at >= 0 && at < any_of.length - 1)
    problem(["any_of", at], "lets everybody pass before the rest is looked at", "put `public` last");
  if (at >= 0 && scopes.length > 0)
    problem(["scopes"], "cannot go with `public`: nobody in particular has no scopes", "leave one of them out");
  if (at >= 0 && subscription)
    problem(["subscription"], "cannot go with `public`: nobody in particular has subscribed", "leave one of them out");
  if (api_key && !any_of.includes("api-key"))
    problem(["api_key"], "says where keys stand, but no keys are taken", "add `api-key` to `any_of`");
  if (api_key?.header !== undefined && api_key.header !== "x-api-key" && isReservedHeader(api_key.header))
    problem(
      ["api_key", "header"],
      `${api_key.header} has a meaning of its own`,
      "take another name such as x-partner-key",
    );
}

function keyScheme({ header, query }: NonNullable<AccessRules["api_key"]> = {}): PlanScheme {
  return { kind: "api-key", ...(header === undefined ? {} : { header }), ...(query === undefined ? {} : { query }) };
}

type SchemePlace = AccessPlace & { access: AccessRules };

function compileScheme(scheme: AccessRules["any_of"][number], index: number, place: SchemePlace): PlanScheme[] {
  if (scheme === "public") return [{ kind: "public" }];
  if (scheme === "api-key") return [keyScheme(place.access.api_key)];
  const [kind, name] = Object.entries(scheme).find(([, name]) => name !== undefined) as [IdentitySchemeKind, string];
  const path = [...place.path, "any_of", index];
  const { bench } = place;
  const identity = find(bench.settings.identity, name, { path, kind: "identity", bench });
  if (!identity) return [];
  if (kind === "hmac" && place.kind === "model")
    bench.problems.push({ path, message: "models take no signed requests: their bodies are rewritten for providers" });
  const compiled = schemeOf(kind, { name, identity });
  if (compiled.ok) return [compiled.value];
  bench.problems.push({ path, ...compiled.error });
  return [];
}
