// How much may be asked, and by whom.
import { z } from "zod";
import { rate } from "./quantities.ts";

export const RateLimitSettings = z.strictObject({
  by: z.enum(["consumer", "route", "address"]).meta({ description: "What shares one counter" }),
  rate,
  burst: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta({ description: "Calls that may come at once; default: the rate's count" }),
});
