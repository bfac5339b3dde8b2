// Scope, window, phase and exit criteria of launches.
import { z } from "zod";
import { duration, moment, Name, named, percent } from "./quantities.ts";

export const ExitCriterionSettings = z.discriminatedUnion("measure", [
  z.strictObject({
    measure: z.literal("days_without_critical"),
    at_least: z.number().positive().meta({ description: "Days without a severity 1 issue" }),
  }),
  z.strictObject({
    measure: z.literal("error_ratio"),
    under: percent.meta({ description: "Level that the whole confidence interval stays under" }),
    over_last: duration.meta({ description: "How far back it looks" }),
  }),
]);

export const LaunchSettings = z.strictObject({
  scope: z.strictObject({ routes: z.array(Name).default([]), models: z.array(Name).default([]) }),
  window: z.strictObject({
    from: moment,
    until: moment,
  }),
  phase: z.enum(["prepare", "soft", "intense", "taper", "exit"]).default("prepare"),
  exit: named(ExitCriterionSettings).default({}),
});

export type ExitCriterion = z.output<typeof ExitCriterionSettings>;
