// Who calls, by the schemes that a subject offers: the first whose credentials a call carries decides, so wrong credentials never
// end up as nobody in particular. Tells the upstream who it is, in headers that no client can say.
import { headersWithout, plainName } from "../../headers/header-list.ts";
import { withoutParameter } from "../../identity/query-value.ts";
import { type Caller, isRefusal, type Scheme, type Verified } from "../../identity/scheme.ts";
import { prepareSchemes, type Schemes } from "../../identity/schemes.ts";
import { findConsumer } from "../api-key/policy.ts";
import { bearerOf, type Consumers } from "../consumers.ts";
import { PerCall } from "../per-call.ts";
import {
  definePolicy,
  type Hooks,
  type PolicyCall,
  type PolicySubject,
  type PolicyTools,
  type Refusal,
} from "../policy.ts";
import { tellOfCaller } from "../tell-upstream.ts";

export const access = definePolicy({
  id: "access",
  about: {
    title: "Authentication: JWT, introspection, Basic, signatures, keys in other places",
    settings: ["access", "identity"],
    guide: "access.md#who-calls",
    elsewhere: {
      kong: "jwt, openid-connect, oauth2-introspection, basic-auth, hmac-auth",
      envoy: "jwt_authn, oauth2, ext_authz",
      nginx: "auth_jwt, auth_basic, auth_request",
    },
  },
  prepare(subject, tools) {
    const { access, own_headers = [] } = subject;
    if (typeof access !== "string") return prepareRules(subject, tools);
    // Others in the workspace pass claims on: their headers must not come from a client here either.
    const dropped = new Set(own_headers.map(plainName));
    return dropped.size > 0 ? { shape: (call) => dropHeaders(call, dropped) } : undefined;
  },
});

type Prepared = { schemes: Schemes; missing: Refusal; challenges: string[]; query: string[]; consumers: Consumers };

function prepareRules({ access, own_headers = [], workspace }: PolicySubject, tools: PolicyTools): Hooks | undefined {
  if (typeof access === "string") return undefined;
  const schemes = prepareSchemes(access, workspace, tools);
  const { consumers } = tools;
  const challenges = challengesOf(schemes.all);
  const query = schemes.all.flatMap((scheme) => scheme.query ?? []);
  const prepared: Prepared = { schemes, missing: missing(schemes, challenges), challenges, query, consumers };
  const callers = new PerCall<Caller>();
  const dropped = new Set([...own_headers, ...schemes.all.flatMap(({ headers }) => headers ?? [])].map(plainName));
  const bodies = schemes.all.flatMap(({ body }) => body ?? []);
  return {
    identify: (call) => identify(call, prepared, callers),
    ...(bodies.length > 0 ? { whole_body: { bytes_max: Math.min(...bodies.map(({ bytes_max }) => bytes_max)) } } : {}),
    shape(call) {
      for (const { check } of bodies) {
        const refusal = check(call);
        if (refusal) return withChallenges(refusal, challenges);
      }
      dropHeaders(call, dropped);
      const caller = callers.get(call);
      if (caller && access.tell_upstream) tellOfCaller(call, caller, consumers);
      return undefined;
    },
  };
}

function identify(call: PolicyCall, prepared: Prepared, callers: PerCall<Caller>) {
  const { schemes, query, consumers } = prepared;
  // Whatever decides, a key of ours goes no further.
  findConsumer(call, consumers);
  call.key = undefined;
  const scheme = schemes.all.find((scheme) => scheme.claims(call));
  const verified = scheme ? scheme.verify(call) : nobody(call, prepared);
  for (const name of query) call.query = call.upstream_query = withoutParameter(call.query, name);
  if (verified instanceof Promise) return verified.then((found) => settle(call, found, prepared, callers));
  return settle(call, verified, prepared, callers);
}

/** No scheme saw its credentials. */
function nobody(call: PolicyCall, { schemes, missing }: Prepared): Verified | undefined {
  if (schemes.takes_bearer && bearerOf(call.headers.authorization) !== undefined)
    return { code: "credentials_invalid", detail: "The bearer token is of nobody who is known here." };
  return schemes.takes_nobody ? undefined : missing;
}

function settle(
  call: PolicyCall,
  verified: Verified | undefined,
  { consumers, challenges }: Prepared,
  callers: PerCall<Caller>,
): Refusal | undefined {
  call.consumer = undefined;
  if (!verified) return undefined;
  if (isRefusal(verified)) return withChallenges(verified, challenges);
  call.consumer = consumerName(verified, call.workspace, consumers);
  call.scopes = verified.scopes;
  call.claims = verified.claims;
  callers.set(call, verified);
  return undefined;
}

/**
 * Settings say which consumer an identity means by a name. Who is not named there keeps their own name; but a name that somebody
 * else gives out must not make its bearer a declared consumer, with that one's limits and subscriptions.
 */
function consumerName({ identity, name, trusted_name }: Caller, workspace: string, consumers: Consumers): string {
  if (identity === undefined) return name;
  const known = consumers.knownAs(workspace, identity, name);
  if (known) return known.name;
  return trusted_name || !consumers.byName(workspace, name) ? name : `${identity}/${name}`;
}

function dropHeaders(call: PolicyCall, names: ReadonlySet<string>): undefined {
  if (names.size > 0) call.upstream_headers = headersWithout(call.upstream_headers, names);
}

/** One for each scheme on offer (RFC 9110 section 11.6.1), names and values in turn. */
function challengesOf(schemes: readonly Scheme[]): string[] {
  const challenges = new Set(schemes.flatMap(({ challenge }) => challenge ?? []));
  return [
    ...[...challenges].flatMap((challenge) => ["www-authenticate", challenge]),
    ...schemes.flatMap(({ hints }) => hints ?? []),
  ];
}

function missing({ all }: Schemes, challenges: string[]): Refusal {
  const offers = all.map(({ offer }) => offer).join(", or ");
  return { code: "credentials_missing", detail: `No credentials were sent; send ${offers}.`, headers: challenges };
}

/** RFC 6750 section 3.1: bearer challenges say what was wrong. */
function withChallenges(refusal: Refusal, challenges: string[]): Refusal {
  if (refusal.code !== "credentials_invalid") return refusal;
  const told = challenges.map((part) =>
    part.startsWith("Bearer ") ? `${part}, error="invalid_token", error_description="${refusal.detail}"` : part,
  );
  return { ...refusal, headers: [...(refusal.headers ?? []), ...told] };
}
