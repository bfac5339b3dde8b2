// Scope, window, phase and exit criteria of launches.
import { z } from "zod";
import { duration, moment, Name, named, percent } from "./quantities.ts";

export const ExitCriterionSettings = z
  .discriminatedUnion("measure", [
    z.strictObject({
      measure: z.literal("days_without_critical").meta({ description: "How long there was no severity 1 issue" }),
      at_least: z.number().positive().meta({ description: "Days without a severity 1 issue" }),
    }),
    z.strictObject({
      measure: z.literal("error_ratio").meta({ description: "Share of failed calls" }),
      under: percent.meta({ description: "Level that the whole confidence interval stays under" }),
      over_last: duration.meta({ description: "How far back it looks" }),
    }),
  ])
  .meta({ description: "One criterion: what is measured, and what it has to be" });

export const LaunchSettings = z
  .strictObject({
    scope: z
      .strictObject({
        routes: z.array(Name).default([]).meta({ description: "Routes whose calls count" }),
        models: z.array(Name).default([]).meta({ description: "Models whose calls count" }),
      })
      .meta({ description: "Whose calls count; empty: those of the whole workspace" }),
    window: z
      .strictObject({
        from: moment.meta({ description: "When it begins: 2026-12-01T09:00+01:00 or 2026-12-01T08:00Z" }),
        until: moment.meta({ description: "When it is meant to be over, written alike" }),
      })
      .meta({ description: "When the launch is" }),
    phase: z
      .enum(["prepare", "soft", "intense", "taper", "exit"])
      .default("prepare")
      .meta({ description: "Where it stands. A launch of the settings is moved on here, not in the console" }),
    exit: named(ExitCriterionSettings)
      .default({})
      .meta({ description: "Criteria for its end; the console shows how each stands" }),
  })
  .meta({ description: "One launch: what it is about, when it is, where it stands" });

export type ExitCriterion = z.output<typeof ExitCriterionSettings>;
