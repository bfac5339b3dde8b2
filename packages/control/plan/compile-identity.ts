// Identities: checked where they are declared, and made into the schemes that routes name.
import { failed, ok, parsePasswordHash, type Result } from "@holdfast/base";
import type { IdentitySchemeKind, IdentitySettings, PlanIntrospectionScheme, PlanScheme } from "@holdfast/contract";
import type { Bench } from "./compile-subjects.ts";
import type { SettingsPath } from "./json-schema.ts";
import type { PathProblem } from "./problem.ts";
import { isReservedHeader } from "./reserved-headers.ts";

/** HMAC-SHA-256 gains nothing from longer keys, and loses with shorter ones (RFC 2104 section 3). */
const SIGNING_SECRET_CHARACTERS_MIN = 32;

/** Written for tokens without an audience, or with one that does not matter. */
const ANY_AUDIENCE = "any";

export function checkIdentities({ settings, problems }: Bench): void {
  for (const [name, identity] of Object.entries(settings.identity)) {
    const path = ["identity", name];
    problems.push(
      ...checkPurpose(identity, path),
      ...checkAddresses(identity, path),
      ...checkClaimHeaders(identity, path),
      ...checkUsers(identity, path),
      ...checkKeys(identity, path),
    );
  }
}

function checkPurpose({ issuer, audience, introspection, users, keys }: IdentitySettings, path: SettingsPath) {
  const problems: PathProblem[] = [];
  if (!issuer && !introspection && !users && !keys)
    problems.push({
      path,
      message: "identifies nobody",
      suggestion: "give it an `issuer`, `introspection`, `users` or `keys`",
    });
  if (introspection && introspection.url === undefined && issuer === undefined)
    problems.push({
      path: [...path, "introspection"],
      message: "nobody can be asked: there is no address",
      suggestion: "add `url`, or the `issuer` that publishes it",
    });
  if (Array.isArray(audience) && audience.includes(ANY_AUDIENCE))
    problems.push({ path: [...path, "audience"], message: "`any` stands alone or not at all" });
  return problems;
}

const LOOPBACK = /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/;

/** Whoever can change an answer on its way can make tokens. */
function checkAddresses({ issuer, jwks, introspection, allow_plain_http }: IdentitySettings, path: SettingsPath) {
  if (allow_plain_http) return [];
  const addresses: [string[], string | undefined][] = [
    [["issuer"], issuer],
    [["jwks"], jwks],
    [["introspection", "url"], introspection?.url],
  ];
  return addresses.flatMap(([below, url]): PathProblem[] => {
    if (url === undefined || url.startsWith("https://") || LOOPBACK.test(url)) return [];
    const suggestion = "write https, or `allow_plain_http: true` where the network can be trusted";
    return [
      { path: [...path, ...below], message: "is not encrypted, and what comes from there is believed", suggestion },
    ];
  });
}

function checkClaimHeaders({ claims_to_headers }: IdentitySettings, path: SettingsPath): PathProblem[] {
  const headers = Object.values(claims_to_headers);
  return Object.entries(claims_to_headers).flatMap(([claim, header], index): PathProblem[] => {
    const at = [...path, "claims_to_headers", claim];
    if (isReservedHeader(header)) return [{ path: at, message: `${header} has a meaning of its own` }];
    return headers.indexOf(header) < index ? [{ path: at, message: `${header} is the header of another claim` }] : [];
  });
}

function checkUsers({ users }: IdentitySettings, path: SettingsPath): PathProblem[] {
  return Object.entries(users ?? {}).flatMap(([user, { password }]): PathProblem[] => {
    const parsed = parsePasswordHash(password);
    if (parsed.ok) return [];
    const suggestion = "store a hash such as $scrypt$ln=15,r=8,p=1$… or sha256:…, never the password";
    return [{ path: [...path, "users", user, "password"], message: parsed.error, suggestion }];
  });
}

function checkKeys({ keys }: IdentitySettings, path: SettingsPath): PathProblem[] {
  return Object.entries(keys ?? {}).flatMap(([key, { secret }]): PathProblem[] => {
    if (secret.length >= SIGNING_SECRET_CHARACTERS_MIN) return [];
    const message = `the secret has fewer than ${SIGNING_SECRET_CHARACTERS_MIN} characters`;
    return [{ path: [...path, "keys", key, "secret"], message, suggestion: "make one with `openssl rand -hex 32`" }];
  });
}

type Missing = Pick<PathProblem, "message" | "suggestion">;
type Named = { name: string; identity: IdentitySettings };

/** What a route asks of an identity, or why the identity cannot do it. */
export function schemeOf(kind: IdentitySchemeKind, { name, identity }: Named): Result<PlanScheme, Missing> {
  const lacks = (what: string) =>
    failed({ message: `identity ${name} cannot do ${kind}: it has no ${what}`, suggestion: `add \`${what}\` there` });
  const { issuer, users, keys, clock_skew } = identity;
  switch (kind) {
    case "jwt":
      if (issuer === undefined) return lacks("issuer");
      if (identity.audience === undefined) return lacks("audience");
      return ok({
        kind,
        ...tokensOf(name, identity),
        issuer,
        algorithms: [...new Set(identity.algorithms)],
        ...(identity.jwks === undefined ? {} : { jwks: identity.jwks }),
      });
    case "introspection":
      return identity.introspection
        ? ok(introspectionOf(name, identity, identity.introspection))
        : lacks("introspection");
    case "basic":
      return users ? ok({ kind, name, users }) : lacks("users");
    case "hmac": {
      const limits = { age_ms: identity.signature_age, body_bytes_max: identity.signed_body_most };
      return keys ? ok({ kind, name, keys, ...limits, clock_skew_ms: clock_skew }) : lacks("keys");
    }
  }
}

function introspectionOf(
  name: string,
  identity: IdentitySettings,
  { url, client_id, client_secret, remember }: NonNullable<IdentitySettings["introspection"]>,
): PlanIntrospectionScheme {
  return {
    kind: "introspection",
    ...tokensOf(name, identity),
    ...(identity.issuer === undefined ? {} : { issuer: identity.issuer }),
    ...(url === undefined ? {} : { url }),
    client_id,
    client_secret,
    remember_ms: remember,
  };
}

function tokensOf(name: string, identity: IdentitySettings) {
  const { audience = ANY_AUDIENCE, consumer_claim, scopes_claim, claims_to_headers, forward_token } = identity;
  return {
    name,
    audience: audience === ANY_AUDIENCE ? [] : [audience].flat(),
    clock_skew_ms: identity.clock_skew,
    consumer_claim,
    ...(scopes_claim === undefined ? {} : { scopes_claim }),
    claims_to_headers,
    forward_token,
  };
}
