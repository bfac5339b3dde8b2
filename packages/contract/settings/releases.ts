// How traffic is shared between releases, and when it is taken back.
import { z } from "zod";
import { duration, Name, percent } from "./quantities.ts";

export const RollbackSettings = z.strictObject({
  watch: z
    .array(z.enum(["error_ratio"]))
    .min(1)
    .prefault(["error_ratio"])
    .meta({ description: "Measures that may call a release bad" }),
  against: Name.meta({ description: "The release that traffic goes back to" }),
  over: percent.prefault("5%").meta({ description: "The error ratio above which a release may be called bad" }),
  window: duration.prefault("2m").meta({ description: "How far back the comparison looks" }),
  least_calls: z
    .int()
    .min(10)
    .max(1_000_000)
    .default(100)
    .meta({ description: "Calls of the release below which nothing is decided" }),
  automatic: z.boolean().default(false).meta({ description: "Take traffic away without a person; it never gives any" }),
});

export const SplitSettings = z
  .record(Name, percent)
  .meta({ description: "Shares of traffic by release; they add up to 100%" });

export type RollbackSettings = z.output<typeof RollbackSettings>;
