// Who may call: which credentials are taken, in which order, and what they have to allow.
import { z } from "zod";
import { Name } from "./quantities.ts";

/** A header name (RFC 9110 section 5.1) in lower case, because names are compared that way. */
export const LowerHeaderName = z
  .string()
  .regex(/^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/, "expected a header name in lower case such as x-user-id");

/** A scope (RFC 6749 section 3.3). */
export const Scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/, "expected a scope such as orders.read, without spaces or quotes");

const IdentityScheme = z
  .strictObject({
    jwt: Name.optional().meta({ description: "Bearer tokens that the issuer of this `identity` has signed" }),
    introspection: Name.optional().meta({
      description: "Bearer tokens that this `identity` is asked about (RFC 7662)",
    }),
    basic: Name.optional().meta({ description: "User and password of this `identity` (RFC 7617)" }),
    hmac: Name.optional().meta({ description: "Requests signed with a key of this `identity` (RFC 9421)" }),
  })
  .refine((scheme) => Object.values(scheme).filter((name) => name !== undefined).length === 1, {
    error: "names exactly one of jwt, introspection, basic and hmac; write one list entry for each",
  });

export type IdentitySchemeKind = "jwt" | "introspection" | "basic" | "hmac";

export const AccessScheme = z.union([
  IdentityScheme,
  z.enum(["api-key", "public"], {
    error:
      "expected `api-key`, `public`, or one of `jwt`, `introspection`, `basic`, `hmac` with the name of an identity",
  }),
]);

const ApiKeyPlaces = z
  .strictObject({
    header: LowerHeaderName.optional().meta({
      description: "Header that holds the key, in place of the two usual ones",
    }),
    query: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,64}$/, "expected the name of a query parameter such as apikey")
      .optional()
      .meta({
        description: "Query parameter that may hold the key; it is taken out before anything is sent or recorded",
      }),
  })
  .refine(
    ({ header, query }) => header !== undefined || query !== undefined,
    "names a header, a query parameter or both",
  )
  .meta({ description: "Where keys stand. Default: `x-api-key` and `Authorization: Bearer`" });

const AccessRules = z.strictObject({
  any_of: z
    .array(AccessScheme)
    .min(1)
    .max(8)
    .meta({ description: "Credentials that are taken, in this order; the first that a call carries decides" }),
  api_key: ApiKeyPlaces.optional(),
  scopes: z.array(Scope).max(32).default([]).meta({ description: "Scopes that the caller needs, all of them" }),
  subscription: z
    .enum(["required"])
    .optional()
    .meta({ description: "`required`: the consumer must have subscribed to this service or model" }),
  tell_upstream: z.boolean().default(true).meta({
    description:
      "Send `x-consumer`, `x-consumer-groups`, `x-authenticated-scope` and the identity's `claims_to_headers`",
  }),
});

export type AccessRules = z.output<typeof AccessRules>;

// The object comes first: what is wrong inside of it is then told as such, and any other value as a wrong word.
export const AccessSettings = z
  .union([
    AccessRules,
    z.enum(["api-key", "public"], { error: "say who may call: `api-key`, `public` or `{ any_of: […] }`" }),
  ])
  .meta({
    description:
      "Who may call. There is no default: a route without `access` does not compile. `api-key` is short for `{ any_of: [api-key] }`",
  });

export type AccessSettings = z.output<typeof AccessSettings>;
