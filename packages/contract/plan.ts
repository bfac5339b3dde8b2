// The plan: settings compiled, whole or not at all, into one frozen, numbered value that a gateway can run from alone.
// Plain data, so that it can be cloned into a worker thread, written to disk and compared.
import type { Bandwidth, Instant, Quota, Rate, WorkspaceName } from "@holdfast/base";
import type { PlanAccess } from "./plan-access.ts";
import type { PlanChecks, PlanCompose } from "./plan-messages.ts";
import type {
  PlanAnswer,
  PlanCondition,
  PlanLifecycle,
  PlanMaintenance,
  PlanPlaces,
  PlanRewrite,
} from "./plan-routing.ts";
import type { AddressSettings } from "./settings/addresses.ts";
import type { CacheSettings } from "./settings/cache.ts";
import type { CorsSettings } from "./settings/cors.ts";
import type { EncodedSlashesSettings } from "./settings/encoded-slashes.ts";
import type { LimitBy } from "./settings/limits.ts";
import type { PlainHttpSettings } from "./settings/plain-http.ts";
import type { ShadowSettings, StickySettings } from "./settings/releases.ts";
import type { TransformSettings } from "./settings/transform.ts";
import type {
  BreakerSettings,
  EjectSettings,
  HashSettings,
  HealthSettings,
  RetrySettings,
  UpstreamTlsSettings,
} from "./settings/upstreams.ts";
import type { WebSocketSettings } from "./settings/websocket.ts";

/** `plan`: of the consumers that are on it, over all routes and models of the workspace; left out: of this route or model. */
type LimitOf = { name: string; by: LimitBy; plan?: string };

export type PlanRateLimit = LimitOf & { rate: Rate; burst: number };
export type PlanQuota = LimitOf & { quota: Quota };
/** auto: as many as the service turns out to take. */
export type PlanConcurrency = LimitOf & { concurrency: number | "auto" };
export type PlanBandwidth = LimitOf & { bandwidth: Bandwidth };
export type PlanLimit = PlanRateLimit | PlanQuota | PlanConcurrency | PlanBandwidth;

export type PlanTimeouts = {
  connect_ms: number;
  first_byte_ms: number;
  idle_ms: number;
  total_ms: number;
  /** Nobody wrote `total_ms`: an answer that has begun may take longer. */
  total_until_head?: true;
};

/** `hidden_headers`: names in lower case whose values are credentials on this subject, beside the well-known ones. */
export type PlanCapture = { headers: boolean; payload_share: number; hidden_headers?: string[] };

/** `weight` is a share of 1; the weights of one subject add up to 1. */
export type PlanRelease<Target> = {
  name: string;
  weight: number;
  targets: Target[];
  /** Undefined: the targets take turns, unwatched. Routes only. */
  rules?: UpstreamRules;
  fallback?: PlanFallback;
  /** No rule leads here either: it was taken back, or everything was sent elsewhere. */
  closed?: true;
};

/** How the targets of one release are chosen between, watched and asked again. What is left out is off. */
export type UpstreamRules = {
  balance: "round-robin" | "weighted" | "least-requests" | "consistent-hash";
  hash?: HashSettings;
  health?: HealthSettings;
  eject?: EjectSettings;
  slow_start_ms?: number;
  breaker?: BreakerSettings;
  retries?: RetrySettings;
  tls?: UpstreamTlsSettings;
};

/** Who is asked when no target takes calls. */
export type PlanFallback = { service: string; release: string; targets: UpstreamTarget[]; rules?: UpstreamRules };

/** What can be released, watched and rolled back: `routes.orders`, `models.assistant`. Unique within a workspace. */
export type SubjectName = string;

export type PlanRollback = {
  against: string;
  error_ratio_over: number;
  window_ms: number;
  least_calls: number;
  automatic: boolean;
};

/** All that is named must fit. Header names in lower case; a value of "*" is any. */
export type PlanPick = {
  release: string;
  headers?: [name: string, value: string][];
  cookies?: [name: string, value: string][];
  consumers?: string[];
};

/** What `to` gets is taken from the others in proportion to what they have. */
export type PlanPromote = {
  to: string;
  steps: { share: number; for_ms: number }[];
  on_failure: "roll back" | "pause";
  least_calls: number;
  start: "by hand" | "at once";
};

type PlanSubject<Target> = {
  workspace: WorkspaceName;
  subject: SubjectName;
  name: string;
  access: PlanAccess;
  addresses?: AddressSettings;
  /** Left out: calls over http are served. */
  plain_http?: Exclude<PlainHttpSettings, "serve">;
  /** Left out: published. */
  lifecycle?: PlanLifecycle;
  /** Switched off: the status that callers get. */
  disabled?: 404 | 503;
  /** What callers get when an action switches it off. Left out: 503. */
  when_disabled?: 404;
  maintenance?: PlanMaintenance;
  /** Headers that only the gateway may say in this workspace, in lower case: what claims are passed on as. */
  own_headers?: string[];
  limits: PlanLimit[];
  capture: PlanCapture;
  timeouts: PlanTimeouts;
  releases: PlanRelease<Target>[];
  rollback?: PlanRollback;
  pick?: PlanPick[];
  sticky?: StickySettings;
  promote?: PlanPromote;
  /** The action whose weights stand here in place of those of the settings. */
  action_id?: string;
  /** The action that switched it on or off, whatever the settings say. */
  switch_id?: string;
};

/** `url` has no trailing slash; its path, if any, is put before the request's path. */
export type UpstreamTarget = { url: string; weight?: number; protocol?: UpstreamProtocol };

/** h2: HTTP/2 over TLS. h2c: HTTP/2 without it, known before. Left out: HTTP/1.1. */
export type UpstreamProtocol = "h2" | "h2c";

export type PlanRoute = PlanSubject<UpstreamTarget> & {
  kind: "route";
  service: string;
  host?: string;
  /** Literal segments, `:name` for one segment, a last `**` for any rest. */
  path: string;
  methods?: string[];
  also?: PlanPlaces;
  conditions?: PlanCondition[];
  /** Left out: paths with an encoded slash are refused. */
  encoded_slashes?: Exclude<EncodedSlashesSettings, "refuse">;
  rewrite?: PlanRewrite;
  /** In place of an upstream; `releases` has one without targets. */
  answer?: PlanAnswer;
  body_bytes_max?: number;
  /** Of the request line and headers together. */
  head_bytes_max?: number;
  shadow?: ShadowSettings;
  cors?: CorsSettings;
  websocket?: WebSocketSettings;
  cache?: CacheSettings;
  checks?: PlanChecks;
  transform?: TransformSettings;
  /** In place of an upstream; `releases` has one without targets. */
  compose?: PlanCompose;
};

export type ModelPrices = {
  input_usd_per_million: number;
  output_usd_per_million: number;
  cached_input_usd_per_million?: number;
};

/** The first target is asked first; the others are fallbacks in their order. */
export type ModelTarget = {
  provider: string;
  kind: "openai" | "openai-compatible";
  url: string;
  model: string;
  key?: string;
  prices?: ModelPrices;
};

export type PlanModel = PlanSubject<ModelTarget> & { kind: "model" };

/** `key_hashes` are SHA-256 in hexadecimal: keys have enough entropy that a slow hash would add nothing. */
export type PlanConsumer = {
  workspace: WorkspaceName;
  name: string;
  key_hashes: string[];
  /** From when a key is not known any more, by its hash; keys that are not in here stay. Milliseconds since the epoch. */
  keys_until?: Record<string, number>;
  /** By name of an identity: what this consumer is called there. */
  known_as?: Record<string, string[]>;
  groups?: string[];
  plan?: string;
  scopes?: string[];
  subscriptions?: string[];
};

/** A plan that consumers are on, not to be taken for the plan of a gateway. */
export type ConsumerPlan = { workspace: WorkspaceName; name: string; limits: PlanLimit[] };

export type PlanSite = { workspace: WorkspaceName; name: string; origins: string[]; replies_from?: string };

/** A pair that handshakes for `hosts` get. `certificate` is a chain, leaf first; both are PEM. */
export type PlanCertificate = {
  workspace: WorkspaceName;
  name: string;
  /** Lower case; `*.` stands for one label. */
  hosts: string[];
  certificate: string;
  key: string;
  /** Also for handshakes that name no host, or one that nobody has. One in an installation. */
  default: boolean;
  expires_at: Instant;
};

export type Plan = {
  version: 1;
  number: number;
  made_at: number;
  routes: PlanRoute[];
  models: PlanModel[];
  consumers: PlanConsumer[];
  /** Left out: none. */
  consumer_plans?: ConsumerPlan[];
  sites: PlanSite[];
  /** Left out: none, so nothing can be served over TLS. */
  certificates?: PlanCertificate[];
  /** Base64url, 32 bytes each: signs references of the workspace's calls. */
  reference_keys: Record<WorkspaceName, string>;
};
