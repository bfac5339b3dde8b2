// What of a call is kept beside its record.
import { z } from "zod";
import { percent } from "./quantities.ts";

export const CaptureSettings = z
  .strictObject({
    headers: z.enum(["none", "all"]).default("none").meta({ description: "Headers kept in the call record, scrubbed" }),
    payloads: percent.prefault("0%").meta({ description: "Share of calls whose bodies are kept, scrubbed and cut" }),
  })
  .meta({ description: "What of a call is kept beside its record" });
