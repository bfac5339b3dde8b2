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
  kind: z.enum(["shift_traffic", "undo"]),
  subject: z.string(),
  before: Weights,
  after: Weights,
  actor: Actor,
  why: z.string(),
  finding_id: z.string().nullable(),
  issue_id: z.string().nullable(),
  plan: z.int().describe("Number of the plan that carried it out"),
  undone_by: z.string().nullable(),
});
export type Action = z.infer<typeof Action>;

export const ReleaseStats = z.object({
  name: z.string(),
  weight: z.number().describe("Share of traffic it gets now"),
  declared_weight: z.number().describe("Share that the settings give it"),
  calls: z.int(),
  errors: z.int(),
  p50_us: z.int().nullable(),
  p95_us: z.int().nullable(),
  voices: z.int(),
});

/** One row of the releases page: a route or model with its releases over the last hour. */
export const Subject = z.object({
  subject: z.string(),
  kind: z.enum(["route", "model"]),
  name: z.string(),
  address: z.string().describe("Where callers reach it: method, host and path, or the model's alias"),
  releases: z.array(ReleaseStats),
  rollback: z
    .object({ against: z.string(), error_ratio_over: z.number(), least_calls: z.int(), automatic: z.boolean() })
    .nullable(),
  shifted: Action.nullable().describe("The action that holds its weights away from the settings"),
});
export type Subject = z.infer<typeof Subject>;

/** Either explicit weights or `roll_back_to`, which sends everything to one release. */
export const ShiftInput = z.strictObject({
  weights: Weights.optional(),
  roll_back_to: z.string().optional(),
  why: z.string().trim().min(1).max(500),
  issue_id: z.string().optional(),
});
export type ShiftInput = z.output<typeof ShiftInput>;

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
