// Who calls, and with what.
import { z } from "zod";
import { secret } from "./quantities.ts";

export const ConsumerSettings = z.strictObject({
  keys: z
    .array(secret)
    .min(1)
    .max(100)
    .meta({ description: "API keys; several, so that one can be replaced without a gap" }),
});
