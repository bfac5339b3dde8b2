// JSON web tokens (RFC 7519) as bearer tokens. The algorithm comes from the settings, never from the token, and is always one of
// key pairs, so no public key can be taken for a shared secret. What was verified is remembered until it expires.
import { type Clock, LIMITS } from "@holdfast/base";
import type { PlanJwtScheme } from "@holdfast/contract";
import { fetchJson } from "@holdfast/net";
import { bearerOf } from "../../policies/consumers.ts";
import type { PolicyTools } from "../../policies/policy.ts";
import { callerOf } from "../claims.ts";
import { kept } from "../kept.ts";
import { type Remembered, remembered, tokenKey } from "../remembered.ts";
import { BEARER_CHALLENGE, type Caller, invalid, type Scheme, unavailable, type Verified } from "../scheme.ts";
import { Issuer } from "./issuer.ts";
import { issuerOf } from "./issuer-of.ts";
import { verifyToken } from "./verify-token.ts";

type Prepared = { scheme: PlanJwtScheme; issuer: Issuer; known: Remembered<Caller>; clock: Clock };

type Place = { workspace: string; tools: PolicyTools; sole: boolean };

/** `sole`: no other scheme of the subject takes bearer tokens, so every one of them is for this issuer to have made. */
export function jwtScheme(scheme: PlanJwtScheme, { workspace, tools, sole }: Place): Scheme {
  const prepared = kept(tools.connections, { workspace, settings: scheme }, () => prepare(scheme, workspace, tools));
  return {
    challenge: BEARER_CHALLENGE,
    offer: `a bearer token of ${scheme.name}`,
    claims(call) {
      const token = bearerOf(call.headers.authorization);
      return token !== undefined && (sole || issuerOf(token) === scheme.issuer);
    },
    verify(call) {
      call.drop_authorization = !scheme.forward_token;
      return verify(bearerOf(call.headers.authorization) as string, prepared);
    },
  };
}

function prepare(scheme: PlanJwtScheme, workspace: string, { clock, log, connections }: PolicyTools): Prepared {
  const known = remembered<Caller>(LIMITS.identity_remembered_max);
  const issuer = new Issuer(scheme, { workspace, clock, log, fetchJson: fetchJson({ connections, clock }) });
  issuer.onChanged = known.clear;
  return { scheme, issuer, known, clock };
}

function verify(token: string, prepared: Prepared): Verified | Promise<Verified> {
  const key = tokenKey(token);
  return prepared.known.get(key, prepared.clock.now()) ?? verifyAnew(token, key, prepared);
}

async function verifyAnew(token: string, key: string, { scheme, issuer, known, clock }: Prepared): Promise<Verified> {
  const keys = await issuer.keys();
  if (!keys) return unavailable(`The keys of ${scheme.name} are not at hand.`);
  let verified = await verifyToken(token, keys, scheme, clock.now());
  if (!verified.ok && verified.error.unknown_key) {
    const newer = await issuer.newerKeys(keys);
    if (newer) verified = await verifyToken(token, newer, scheme, clock.now());
  }
  if (!verified.ok) return invalid(verified.error.detail);
  const caller = callerOf(verified.value, scheme);
  if (!caller) return invalid(`The token has no claim ${scheme.consumer_claim} that names a caller.`);
  known.set(key, caller, verified.value.exp * 1000 + scheme.clock_skew_ms);
  return caller;
}
