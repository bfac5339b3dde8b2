// Findings, actions and releases: what machines saw, what was done, and what it was done to.
import { z } from "zod";
import { Actor, Instant } from "./common.ts";

/** What a detector saw. `value` and `baseline_value` are in the measure's unit (error_ratio: share of 1). */
export const Finding = z.object({
  id: z.string(),
  at: Instant,
  detector: z.enum(["error_ratio"]),
  subject: z.string(),
  release: z.string(),
  baseline: z.string().nullable(),
  window_from: Instant,
  window_until: Instant,
  value: z.number(),
  baseline_value: z.number().nullable(),
  calls: z.int(),
  errors: z.int(),
  baseline_calls: z.int(),
  baseline_errors: z.int(),
  p_value: z
    .number()
    .describe("One-sided: Fisher exact test against the baseline; without one, exact binomial test against the limit"),
  sentence: z.string(),
  issue_id: z.string().nullable(),
});
export type Finding = z.infer<typeof Finding>;

/** Shares of 1 by release name; they add up to 1. */
export const Weights = z.record(z.string(), z.number().min(0).max(1));
export type Weights = z.infer<typeof Weights>;

export const Action = z.object({
  id: z.string(),
  at: Instant,
  kind: z.enum(["shift_traffic", "flip", "promote", "switch", "undo"]),
  subject: z.string(),
  before: Weights,
  after: Weights,
  closed_before: z.array(z.string()),
  closed: z.array(z.string()).describe("Releases that no rule leads to either, after it"),
  enabled_before: z.boolean().nullable(),
  enabled: z.boolean().nullable().describe("Whether callers are served, after it; null: it did not touch the switch"),
  actor: Actor,
  why: z.string(),
  finding_id: z.string().nullable(),
  issue_id: z.string().nullable(),
  plan: z.int().describe("Number of the plan that carried it out; 0: not yet"),
  undone_by: z.string().nullable(),
});
export type Action = z.infer<typeof Action>;

export const ReleaseStats = z.object({
  name: z.string(),
  weight: z.number().describe("Share of traffic it gets now"),
  declared_weight: z.number().describe("Share that the settings give it"),
  closed: z.boolean().describe("No rule leads to it either"),
  calls: z.int(),
  errors: z.int(),
  p50_us: z.int().nullable(),
  p95_us: z.int().nullable(),
  voices: z.int(),
});

const NameAndValue = z.object({ name: z.string(), value: z.string().describe("`*`: any") });

/** Who is sent where before shares are asked: all that a rule names must fit. */
export const PickRule = z.object({
  release: z.string(),
  headers: z.array(NameAndValue),
  cookies: z.array(NameAndValue),
  consumers: z.array(z.string()),
});

export const PromotionStep = z.object({ share: z.number(), for_ms: z.int() });

/** Traffic on its way to a release, step by step. */
export const Promotion = z.object({
  id: z.string(),
  subject: z.string(),
  to: z.string(),
  before: Weights.describe("Where traffic goes back to"),
  steps: z.array(PromotionStep),
  on_failure: z.enum(["roll back", "pause"]),
  least_calls: z.int(),
  state: z.enum(["running", "paused", "done", "aborted"]),
  step: z.int().describe("From 0; as many as there are steps when all traffic is there"),
  step_since: Instant.describe("Pauses not counted"),
  paused_at: Instant.nullable(),
  started_at: Instant,
  ended_at: Instant.nullable(),
  by: Actor.describe("Who started it"),
  why: z.string().describe("Why it is as it is: what it waits for, who paused it, what ended it"),
  action_id: z.string().nullable().describe("Its newest move of traffic"),
  fingerprint: z.string().describe("Of the settings that it follows"),
});
export type Promotion = z.infer<typeof Promotion>;

export const PromotionInput = z.strictObject({
  do: z.enum(["start", "pause", "resume", "skip", "abort"]),
  why: z.string().trim().min(1).max(500),
});
export type PromotionInput = z.output<typeof PromotionInput>;

/** Answers of a shadow beside those that clients got, for one pair of releases. */
export const ShadowPair = z.object({
  release: z.string().describe("That answered the client"),
  shadow: z.string(),
  copied: z.int().describe("Calls that were to be copied"),
  dropped: z.int().describe("Of these, not sent: too many at once, or the body too large"),
  failed: z.int().describe("Of those sent, the ones that the shadow failed"),
  same: z.int().describe("Of those sent, the ones that differ in nothing"),
  status: z.int().describe("Differ in their status"),
  content_type: z.int(),
  body: z.int(),
  p50_us: z.int().nullable(),
  p95_us: z.int().nullable(),
  shadow_p50_us: z.int().nullable(),
  shadow_p95_us: z.int().nullable(),
});
export type ShadowPair = z.infer<typeof ShadowPair>;

export const ShadowExample = z.object({
  id: z.string().describe("The copy's record"),
  shadow_of: z.string().describe("The client's call"),
  at: Instant,
  method: z.string(),
  path: z.string(),
  release: z.string(),
  shadow: z.string(),
  status: z.int(),
  shadow_status: z.int(),
  differs: z.array(z.string()),
});
export type ShadowExample = z.infer<typeof ShadowExample>;

export const ShadowSummary = z.object({
  subject: z.string(),
  from: Instant,
  until: Instant,
  pairs: z.array(ShadowPair),
  examples: z.array(ShadowExample).describe("The newest that differ"),
});
export type ShadowSummary = z.infer<typeof ShadowSummary>;

export const ShadowQuery = z.object({
  from: z.coerce.number().int().optional().describe("Default: an hour before `until`"),
  until: z.coerce.number().int().optional().describe("Default: now"),
});

/** One row of the releases page: a route or model with its releases over the last hour. */
export const Subject = z.object({
  subject: z.string(),
  kind: z.enum(["route", "model"]),
  name: z.string(),
  address: z.string().describe("Where callers reach it: method, host and path, or the model's alias"),
  releases: z.array(ReleaseStats),
  enabled: z.boolean().describe("The switch: false serves nobody"),
  switched: Action.nullable().describe("The action that holds its switch away from the settings"),
  rollback: z
    .object({ against: z.string(), error_ratio_over: z.number(), least_calls: z.int(), automatic: z.boolean() })
    .nullable(),
  pick: z.array(PickRule),
  sticky: z
    .string()
    .describe("What keeps a caller with a release: consumer, address, header x-user, cookie session, …"),
  shadow: z.object({ to: z.string(), share: z.number(), methods: z.array(z.string()) }).nullable(),
  promote: z
    .object({ to: z.string(), steps: z.array(PromotionStep) })
    .nullable()
    .describe("What the settings declare"),
  promotion: Promotion.nullable().describe("The newest"),
  shifted: Action.nullable().describe("The action that holds its weights away from the settings"),
});
export type Subject = z.infer<typeof Subject>;

/**
 * One of: explicit weights; `flip_to`, which gives everything to one release while rules stay in force; `roll_back_to`, which
 * sends everything to one release, rules or not.
 */
export const ShiftInput = z.strictObject({
  weights: Weights.optional(),
  flip_to: z.string().optional(),
  roll_back_to: z.string().optional(),
  why: z.string().trim().min(1).max(500),
  issue_id: z.string().optional(),
});
export type ShiftInput = z.output<typeof ShiftInput>;

/** `enabled` false: callers get what the settings say of `enabled: false`, until somebody switches it on again. */
export const SwitchInput = z.strictObject({
  enabled: z.boolean(),
  why: z.string().trim().min(1).max(500),
  issue_id: z.string().optional(),
});
export type SwitchInput = z.output<typeof SwitchInput>;

/** Points are `[at, calls, errors]`; a missing step is a gap, not a zero. */
export const TideSeries = z.object({
  release: z.string(),
  subject: z.string(),
  points: z.array(z.tuple([z.int(), z.int(), z.int()])),
});

export type TideSeries = z.infer<typeof TideSeries>;

/** Calls, voices and changes on one time axis. */
export const Tide = z.object({
  from: Instant,
  until: Instant,
  step_ms: z.int(),
  subject: z.string().nullable(),
  alert_ratio: z.number().nullable(),
  series: z.array(TideSeries),
  voices: z.array(
    z.object({
      id: z.string(),
      at: Instant,
      text: z.string(),
      issue_id: z.string().nullable(),
      rating: z.int().nullable(),
    }),
  ),
  changes: z.array(
    z.object({
      id: z.string(),
      at: Instant,
      label: z.string(),
      kind: z.enum(["action", "plan"]),
      subject: z.string().nullable(),
    }),
  ),
});
export type Tide = z.infer<typeof Tide>;

export const TideQuery = z.object({
  subject: z.string().optional().describe("Default: the subject that needs attention most, else the busiest"),
  from: z.coerce.number().int().optional(),
  until: z.coerce.number().int().optional(),
});
