// The parts of a plan that say which requests a route takes, what its upstream gets to see of them, and whether it is served at
// all: part of the plan (plan.ts).
import type { Instant } from "@holdfast/base";

/** All conditions of a route must fit. At most one of `exact`, `prefix`, `regex` and `present` is there. */
export type PlanCondition = {
  /** version: the version that `Accept` names for the subtype `name`. */
  in: "header" | "query" | "version";
  /** Headers and subtypes in lower case. */
  name: string;
  /** Any of these. */
  exact?: string[];
  prefix?: string;
  /** RE2, over the whole value. */
  regex?: string;
  present?: boolean;
  /** Fits too where the value was not sent. */
  or_absent?: true;
};

/** Further hosts and paths of a route, beside its first ones: each host with each path. */
export type PlanPlaces = { hosts: string[]; paths: string[] };

/** Paths without a trailing slash. `path` is a template, in place of `strip` and `prefix`. */
export type PlanRewrite = { strip?: string; prefix?: string; path?: string; host?: string; location?: "keep" };

/** What the gateway answers itself. `to` is a template. */
export type PlanAnswer =
  | { kind: "redirect"; to: string; status: number; keep_query: boolean }
  | { kind: "respond"; status: number; headers: Record<string, string>; content_type: string; body: string };

export type PlanLifecycle = {
  state: "draft" | "published" | "deprecated" | "retired";
  deprecated_at?: Instant;
  sunset_at?: Instant;
  /** From then on it answers as retired. */
  retire_at?: Instant;
  links: { deprecation?: string; sunset?: string; successor?: string };
  /** `share` of 1. */
  brown_outs: { from: Instant; until: Instant; share: number }[];
};

/** Left out: since ever, for ever, for everybody. */
export type PlanMaintenance = {
  from?: Instant;
  until?: Instant;
  message: string;
  retry_after_ms: number;
  /** Consumers and groups of consumers. */
  consumers: string[];
  addresses: string[];
};
