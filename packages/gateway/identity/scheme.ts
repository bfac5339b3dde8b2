// What every way of identifying a caller has in common: it says whether a call's credentials are its to judge, and judges them.
import type { PolicyCall, Refusal } from "../policies/policy.ts";

export type Caller = {
  /** Name of the identity that vouches; undefined: the caller is a declared consumer, found by its key. */
  identity: string | undefined;
  /** What the caller is called there. */
  name: string;
  /** The operator of these settings gave the name: it may stand for the declared consumer of the same name. */
  trusted_name: boolean;
  scopes: readonly string[];
  claims: Readonly<Record<string, unknown>> | undefined;
  /** For the upstream, names and values in turn. */
  headers: readonly string[];
};

export type Verified = Caller | Refusal;

export type Scheme = {
  /** Offered in `WWW-Authenticate` (RFC 9110 section 11.6.1); undefined for no scheme of HTTP. */
  challenge: string | undefined;
  /** Further headers that tell a refused caller what is expected. */
  hints?: readonly string[];
  /** For people, after "send". */
  offer: string;
  /** The call carries credentials of this kind, right or wrong. */
  claims(call: PolicyCall): boolean;
  /** Marks the credentials so that they are not forwarded. */
  verify(call: PolicyCall): Verified | Promise<Verified>;
  /** Headers in which its credentials travel, beside the two that a call knows by name; never forwarded. Lower case. */
  headers?: readonly string[];
  /** Query parameter in which its credentials may travel: never forwarded, never recorded. */
  query?: string;
  /** Asks to see the body of what it verified, whole, before it is sent. */
  body?: { bytes_max: number; check(call: PolicyCall): Refusal | undefined };
};

export function isRefusal(verified: Verified): verified is Refusal {
  return "code" in verified;
}

export const REALM = 'realm="holdfast"';
export const BEARER_CHALLENGE = `Bearer ${REALM}`;

/** Wrong credentials. `detail` must not hold a part of them. */
export function invalid(detail: string): Refusal {
  return { code: "credentials_invalid", detail };
}

/** Nobody can say now whether the credentials are right. */
export function unavailable(detail: string): Refusal {
  return { code: "identity_unavailable", detail, headers: ["retry-after", "5"] };
}
