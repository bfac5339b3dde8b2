// Launch: the frame of scope, window, phase and exit criteria.
import { z } from "zod";
import { ExitCriterionSettings } from "../settings/launches.ts";
import { Instant } from "./common.ts";

export const LaunchPhase = z.enum(["prepare", "soft", "intense", "taper", "exit"]);
export type LaunchPhase = z.infer<typeof LaunchPhase>;

/** A criterion as it stands now. `progress` runs from 0 to 1; `state` unknown means: too little data to say. */
export const CriterionState = z.object({
  name: z.string(),
  measure: z.string(),
  label: z.string(),
  state: z.enum(["holds", "not_yet", "broken", "unknown"]),
  progress: z.number().min(0).max(1),
  value: z.string().describe("Ready to read: `3 of 7 days`, `0.61 %`"),
  why: z.string(),
});
export type CriterionState = z.infer<typeof CriterionState>;

export const Launch = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.object({ routes: z.array(z.string()), models: z.array(z.string()) }),
  from: Instant,
  until: Instant,
  phase: LaunchPhase,
  phase_since: Instant,
  source: z.enum(["file", "console"]),
  criteria: z.array(CriterionState),
});
export type Launch = z.infer<typeof Launch>;

export const LaunchInput = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/),
  scope: z.strictObject({ routes: z.array(z.string()).default([]), models: z.array(z.string()).default([]) }),
  from: Instant,
  until: Instant,
  phase: LaunchPhase.default("prepare"),
  exit: z.record(z.string(), ExitCriterionSettings).default({}),
});
export type LaunchInput = z.output<typeof LaunchInput>;

export const LaunchPatch = z.strictObject({
  phase: LaunchPhase.optional(),
  from: Instant.optional(),
  until: Instant.optional(),
});
export type LaunchPatch = z.output<typeof LaunchPatch>;
