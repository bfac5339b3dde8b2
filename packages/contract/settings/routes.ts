// Rules that reach a service. Each policy of a route has a file of its own beside this one.
import { z } from "zod";
import { AccessSettings } from "./access.ts";
import { CaptureSettings } from "./capture.ts";
import { RateLimitSettings } from "./limits.ts";
import { Name, named, size } from "./quantities.ts";
import { RollbackSettings, SplitSettings } from "./releases.ts";

export const RouteSettings = z.strictObject({
  match: z.strictObject({
    host: z
      .string()
      .regex(/^[a-z0-9.-]+$/, "expected a host name in lower case, without port")
      .optional()
      .meta({ description: "Host name without port; left out: any host" }),
    path: z
      .string()
      .regex(/^\/[^\s?#]*$/, "expected a path that begins with / such as /orders/**")
      .meta({ description: "Literal segments, :name for one segment, ** at the end for any rest" }),
    methods: z
      .array(z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]))
      .min(1)
      .optional()
      .meta({ description: "Left out: all methods" }),
  }),
  to: Name.meta({ description: "The service that answers" }),
  split: SplitSettings.optional(),
  rollback: RollbackSettings.optional(),
  access: AccessSettings,
  limits: named(RateLimitSettings).default({}),
  capture: CaptureSettings.prefault({}),
  body_most: size
    .optional()
    .meta({ description: "Largest request body; larger ones are refused. Default: no limit, bodies stream" }),
});

export type RouteSettings = z.output<typeof RouteSettings>;
