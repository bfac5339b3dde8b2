// Where identities come from: issuers of tokens, users with passwords, keys that sign. `access` of a route says which are taken.
import { z } from "zod";
import { LowerHeaderName, Scope } from "./access.ts";
import { duration, httpUrl, named, secret, size } from "./quantities.ts";

/** Signatures by key pairs only: a secret shared with an issuer would make every reader of the settings an issuer. */
export const TOKEN_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;

const ClaimName = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "expected the name of a claim such as sub, or a way to it such as realm_access.roles");

const IntrospectionSettings = z
  .strictObject({
    url: httpUrl
      .optional()
      .meta({ description: "Introspection endpoint (RFC 7662); default: what the issuer publishes" }),
    client_id: z.string().min(1).max(256).meta({ description: "Client id that the gateway asks with" }),
    client_secret: secret.meta({ description: "Its secret, by reference", secret: "whole" }),
    remember: duration
      .refine((ms) => ms >= 1000 && ms <= 600_000, "expected 1s to 10m: so long a revoked token still passes")
      .prefault("30s")
      .meta({ description: "How long an answer is believed, and never longer than the token lives" }),
  })
  .meta({ description: "How the issuer is asked about tokens, for `introspection` in `access`" });

const BasicUser = z
  .strictObject({
    password: secret.meta({
      description:
        "By reference, as `$scrypt$ln=15,r=8,p=1$salt$hash`, `$argon2id$v=19$m=65536,t=3,p=4$salt$hash` or, for random passwords of 128 bits and more, `sha256:<hex>`",
      secret: "whole",
    }),
    scopes: z.array(Scope).max(100).default([]).meta({ description: "Scopes that the user has" }),
  })
  .meta({ description: "One user, by the name that they sign in with" });

const SigningKey = z
  .strictObject({
    secret: secret.meta({ description: "At least 32 characters, shared with the caller", secret: "whole" }),
    scopes: z.array(Scope).max(100).default([]).meta({ description: "Scopes that requests signed with it have" }),
  })
  .meta({ description: "One key, by the `keyid` that signatures name" });

export const IdentitySettings = z
  .strictObject({
    issuer: httpUrl.optional().meta({ description: "Issuer of tokens, exactly as tokens write it in `iss`" }),
    audience: z
      .union([z.array(z.string().min(1).max(512)).min(1).max(20), z.string().min(1).max(512)])
      .optional()
      .meta({ description: "Audiences, one of which a token must be for" }),
    algorithms: z
      .array(z.enum(TOKEN_ALGORITHMS, { error: `expected algorithms out of ${TOKEN_ALGORITHMS.join(", ")}` }))
      .min(1)
      .default(["RS256", "ES256"])
      .meta({ description: "Algorithms that tokens may be signed with, whatever they say themselves" }),
    jwks: httpUrl
      .optional()
      .meta({ description: "Address of the keys; default: what the issuer publishes (OIDC discovery)" }),
    clock_skew: duration
      .refine((ms) => ms <= 300_000, "expected at most 5m")
      .prefault("30s")
      .meta({ description: "How far clocks may differ" }),
    allow_plain_http: z
      .boolean()
      .default(false)
      .meta({ description: "Fetch keys over http from other machines: whoever is on the way can then make tokens" }),
    consumer_claim: ClaimName.default("sub").meta({ description: "Claim that names the caller" }),
    scopes_claim: ClaimName.optional().meta({ description: "Claim with the scopes; default: `scope`, else `scp`" }),
    claims_to_headers: z
      .record(ClaimName, LowerHeaderName.meta({ description: "Header that carries the claim" }))
      .default({})
      .meta({ description: "Claims that the upstream gets as headers; no client can say them" }),
    forward_token: z
      .boolean()
      .default(false)
      .meta({ description: "Pass the caller's token on to the upstream, which could use it elsewhere" }),
    introspection: IntrospectionSettings.optional(),
    users: named(BasicUser).optional().meta({ description: "Users for `basic`" }),
    keys: named(SigningKey).optional().meta({ description: "Signing keys for `hmac`, by key id" }),
    signature_age: duration
      .refine((ms) => ms >= 1000 && ms <= 600_000, "expected 1s to 10m: each signature is remembered for so long")
      .prefault("60s")
      .meta({ description: "Oldest signature that is taken; within it, none is taken twice" }),
    signed_body_most: size.prefault("1MiB").meta({ description: "Largest body of a signed request: it is read whole" }),
  })
  .meta({ description: "One source of identities, under the name that `access` gives" });

export type IdentitySettings = z.output<typeof IdentitySettings>;
