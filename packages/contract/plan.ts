// The plan: settings compiled, whole or not at all, into one frozen, numbered value that a gateway can run from alone.
// Plain data, so that it can be cloned into a worker thread, written to disk and compared.
import type { Rate, WorkspaceName } from "@holdfast/base";

export type PlanAccess = "api-key" | "public";

export type PlanLimit = { name: string; by: "consumer" | "route" | "address"; rate: Rate; burst: number };

export type PlanTimeouts = { connect_ms: number; first_byte_ms: number; idle_ms: number; total_ms: number };

export type PlanCapture = { headers: boolean; payload_share: number };

/** `weight` is a share of 1; the weights of one subject add up to 1. */
export type PlanRelease<Target> = { name: string; weight: number; targets: Target[] };

/** What can be released, watched and rolled back: `routes.orders`, `models.assistant`. Unique within a workspace. */
export type SubjectName = string;

export type PlanRollback = {
  against: string;
  error_ratio_over: number;
  window_ms: number;
  least_calls: number;
  automatic: boolean;
};

type PlanSubject<Target> = {
  workspace: WorkspaceName;
  subject: SubjectName;
  name: string;
  access: PlanAccess;
  limits: PlanLimit[];
  capture: PlanCapture;
  timeouts: PlanTimeouts;
  releases: PlanRelease<Target>[];
  rollback?: PlanRollback;
};

/** `url` has no trailing slash; its path, if any, is put before the request's path. */
export type UpstreamTarget = { url: string };

export type PlanRoute = PlanSubject<UpstreamTarget> & {
  kind: "route";
  service: string;
  host?: string;
  /** Literal segments, `:name` for one segment, a last `**` for any rest. */
  path: string;
  methods?: string[];
  body_bytes_max?: number;
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
export type PlanConsumer = { workspace: WorkspaceName; name: string; key_hashes: string[] };

export type PlanSite = { workspace: WorkspaceName; name: string; origins: string[]; replies_from?: string };

export type Plan = {
  version: 1;
  number: number;
  made_at: number;
  routes: PlanRoute[];
  models: PlanModel[];
  consumers: PlanConsumer[];
  sites: PlanSite[];
  /** Base64url, 32 bytes each: signs references of the workspace's calls. */
  reference_keys: Record<WorkspaceName, string>;
};
