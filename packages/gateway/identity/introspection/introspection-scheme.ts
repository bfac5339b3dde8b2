// Bearer tokens that only their issuer understands: it is asked (RFC 7662), and its answer believed for a short while.
import { type Clock, LIMITS, type Log } from "@holdfast/base";
import type { PlanIntrospectionScheme } from "@holdfast/contract";
import { type FetchJson, fetchJson } from "@holdfast/net";
import { bearerOf } from "../../policies/consumers.ts";
import type { PolicyTools } from "../../policies/policy.ts";
import { type Claims, callerOf } from "../claims.ts";
import { discover } from "../discovery.ts";
import { issuerOf } from "../jwt/issuer-of.ts";
import { kept } from "../kept.ts";
import { type Remembered, remembered, tokenKey } from "../remembered.ts";
import { BEARER_CHALLENGE, invalid, type Scheme, unavailable, type Verified } from "../scheme.ts";

/** How long the address of a published endpoint is believed. */
const ENDPOINT_MS = 10 * 60_000;

/** Refusals are remembered as well, so that one wrong token cannot make the gateway ask for each of its calls. */
const REFUSED_MS = 5_000;

/** Tokens that are asked about at once; a flood of made-up ones must not become the issuer's. */
const ASKING_MAX = 64;

type Prepared = {
  scheme: PlanIntrospectionScheme;
  workspace: string;
  known: Remembered<Verified>;
  asking: Map<string, Promise<Verified>>;
  endpoint: { url: string; until_ms: number };
  clock: Clock;
  log: Log;
  fetchJson: FetchJson;
};

type Place = { workspace: string; tools: PolicyTools; issuers: readonly string[] };

/** `issuers`: tokens of these are for other schemes of the subject to judge. */
export function introspectionScheme(scheme: PlanIntrospectionScheme, { workspace, tools, issuers }: Place): Scheme {
  const { clock, log, connections } = tools;
  const prepared = kept(
    connections,
    { workspace, settings: scheme },
    (): Prepared => ({
      scheme,
      workspace,
      known: remembered(LIMITS.identity_remembered_max),
      asking: new Map(),
      endpoint: { url: scheme.url ?? "", until_ms: scheme.url ? Number.POSITIVE_INFINITY : 0 },
      clock,
      log,
      fetchJson: fetchJson({ connections, clock }),
    }),
  );
  return {
    challenge: BEARER_CHALLENGE,
    offer: `a bearer token of ${scheme.name}`,
    claims(call) {
      const token = bearerOf(call.headers.authorization);
      return token !== undefined && (issuers.length === 0 || !issuers.includes(issuerOf(token) ?? ""));
    },
    verify(call) {
      call.drop_authorization = !scheme.forward_token;
      return verify(bearerOf(call.headers.authorization) as string, prepared);
    },
  };
}

function verify(token: string, prepared: Prepared): Verified | Promise<Verified> {
  const { known, asking, clock } = prepared;
  const key = tokenKey(token);
  const found = known.get(key, clock.now()) ?? asking.get(key);
  if (found) return found;
  if (asking.size >= ASKING_MAX) return unavailable("Too many tokens are being asked about.");
  const asked = ask(token, key, prepared).finally(() => asking.delete(key));
  asking.set(key, asked);
  return asked;
}

async function ask(token: string, key: string, prepared: Prepared): Promise<Verified> {
  const { scheme, workspace, known, clock, log } = prepared;
  const answer = await introspect(token, prepared);
  if (!answer.ok) {
    log.warn({ workspace, identity: scheme.name, error: answer.error }, "a token could not be asked about");
    return unavailable(`${scheme.name} could not be asked about the token.`);
  }
  const claims = (answer.value ?? {}) as Claims;
  const verified = judge(claims, scheme, clock.now());
  const believed_ms = "code" in verified ? REFUSED_MS : scheme.remember_ms;
  const expires_ms = typeof claims.exp === "number" ? claims.exp * 1000 : Number.POSITIVE_INFINITY;
  known.set(key, verified, Math.min(clock.now() + believed_ms, "code" in verified ? Infinity : expires_ms));
  return verified;
}

async function introspect(token: string, prepared: Prepared) {
  const { scheme, workspace, endpoint, clock } = prepared;
  if (clock.now() >= endpoint.until_ms) {
    const found = await discover(scheme.issuer as string, "introspection_endpoint", prepared);
    if (!found.ok) return found;
    prepared.endpoint = { url: found.value, until_ms: clock.now() + ENDPOINT_MS };
  }
  return prepared.fetchJson(workspace, {
    url: prepared.endpoint.url,
    form: { token, token_type_hint: "access_token" },
    authorization: clientCredentials(scheme),
    bytes_max: LIMITS.identity_answer_bytes_max,
    timeout_ms: LIMITS.identity_answer_ms,
  });
}

/** RFC 6749 section 2.3.1: both parts form-encoded before they are joined. */
function clientCredentials({ client_id, client_secret }: PlanIntrospectionScheme): string {
  const encoded = [client_id, client_secret].map((part) => new URLSearchParams({ "": part }).toString().slice(1));
  return `Basic ${Buffer.from(encoded.join(":")).toString("base64")}`;
}

/** RFC 7662 section 2.2; what the answer says of issuer, audience and times has to fit as in a signed token. */
function judge(claims: Claims, scheme: PlanIntrospectionScheme, now_ms: number): Verified {
  const { issuer, audience, clock_skew_ms } = scheme;
  if (claims.active !== true) return invalid("The token is not active.");
  if (typeof claims.exp === "number" && claims.exp * 1000 <= now_ms - clock_skew_ms)
    return invalid("The token has expired.");
  if (typeof claims.nbf === "number" && claims.nbf * 1000 > now_ms + clock_skew_ms)
    return invalid("The token is not valid yet.");
  if (issuer !== undefined && claims.iss !== undefined && claims.iss !== issuer)
    return invalid("The token's iss is not what is expected here.");
  if (audience.length > 0 && ![claims.aud].flat().some((aud) => audience.includes(aud as string)))
    return invalid("The token's aud is not what is expected here.");
  return callerOf(claims, scheme) ?? invalid(`The token has no claim ${scheme.consumer_claim} that names a caller.`);
}
