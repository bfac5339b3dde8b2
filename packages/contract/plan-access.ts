// Who may call, as the gateway runs it: part of the plan (plan.ts).

/** A caller of this kind is told by `x-api-key` or `Authorization: Bearer`; or nobody is asked. */
export type PlainAccess = "api-key" | "public";

/** Without `header` and `query` keys stand in the two usual places. */
export type PlanKeyScheme = { kind: "api-key"; header?: string; query?: string };

type Tokens = {
  /** Name of the identity. */
  name: string;
  /** Empty: any. */
  audience: string[];
  clock_skew_ms: number;
  consumer_claim: string;
  scopes_claim?: string;
  /** Claim to header. */
  claims_to_headers: Record<string, string>;
  forward_token: boolean;
};

export type PlanJwtScheme = Tokens & { kind: "jwt"; issuer: string; algorithms: string[]; jwks?: string };

/** Without `url`, the issuer publishes it. */
export type PlanIntrospectionScheme = Tokens & {
  kind: "introspection";
  issuer?: string;
  url?: string;
  client_id: string;
  client_secret: string;
  remember_ms: number;
};

export type PlanBasicScheme = {
  kind: "basic";
  name: string;
  /** `password`: a hash in one of the forms of contract/settings/identity.ts. */
  users: Record<string, { password: string; scopes: string[] }>;
};

export type PlanHmacScheme = {
  kind: "hmac";
  name: string;
  keys: Record<string, { secret: string; scopes: string[] }>;
  age_ms: number;
  clock_skew_ms: number;
  body_bytes_max: number;
};

export type PlanScheme =
  | PlanKeyScheme
  | PlanJwtScheme
  | PlanIntrospectionScheme
  | PlanBasicScheme
  | PlanHmacScheme
  | { kind: "public" };

/** `any_of` in the order in which credentials are looked for. */
export type PlanAccessRules = {
  any_of: PlanScheme[];
  scopes: string[];
  /** Name of the service or model that the consumer must have subscribed to. */
  subscription?: string;
  tell_upstream: boolean;
};

export type PlanAccess = PlainAccess | PlanAccessRules;
