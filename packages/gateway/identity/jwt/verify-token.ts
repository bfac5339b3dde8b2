// One token against one set of keys: signature, issuer, audience and times (RFC 8725 names what is checked and why).
import { failed, ok, type Result } from "@holdfast/base";
import type { PlanJwtScheme } from "@holdfast/contract";
import { type CryptoKey, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, type LocalJWKSet } from "jose";

export type VerifiedClaims = JWTPayload & { exp: number };

/** `detail` holds no part of the token. `unknown_key`: newer keys might know it. */
export type TokenFault = { detail: string; unknown_key: boolean };

/** Keys that fit a token without key id; more are not tried. */
const CANDIDATES_MAX = 8;

export async function verifyToken(
  token: string,
  keys: LocalJWKSet,
  scheme: PlanJwtScheme,
  now_ms: number,
): Promise<Result<VerifiedClaims, TokenFault>> {
  const options: JWTVerifyOptions = {
    algorithms: scheme.algorithms,
    issuer: scheme.issuer,
    ...(scheme.audience.length > 0 ? { audience: scheme.audience } : {}),
    clockTolerance: scheme.clock_skew_ms / 1000,
    currentDate: new Date(now_ms),
    requiredClaims: ["exp"],
  };
  try {
    const payload = await verifyWithAny(token, keys, options);
    if (payload.iat !== undefined && payload.iat * 1000 > now_ms + scheme.clock_skew_ms)
      return failed({ detail: "The token was issued in the future.", unknown_key: false });
    return ok(payload as VerifiedClaims);
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return failed({ detail: detailOf(error), unknown_key: error instanceof errors.JWKSNoMatchingKey });
  }
}

/** A token that does not say which key signed it is tried with each that fits. */
async function verifyWithAny(token: string, keys: LocalJWKSet, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    const candidates: CryptoKey[] = [];
    for await (const key of error) if (candidates.push(key) === CANDIDATES_MAX) break;
    return verifyWithEach(token, candidates, options);
  }
}

async function verifyWithEach(token: string, keys: CryptoKey[], options: JWTVerifyOptions): Promise<JWTPayload> {
  for (const key of keys)
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  throw new errors.JWSSignatureVerificationFailed();
}

function detailOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return "The token has expired.";
  if (error instanceof errors.JWTClaimValidationFailed && error.reason === "missing")
    return `The token has no ${error.claim}, which is needed here.`;
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The token's ${error.claim} is not what is expected here.`;
  if (error instanceof errors.JOSEAlgNotAllowed) return "The token is signed in a way that is not accepted here.";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature is not valid.";
  if (error instanceof errors.JWKSNoMatchingKey) return "The issuer has no such key as the token is signed with.";
  return "The bearer token is not a valid JSON web token.";
}
