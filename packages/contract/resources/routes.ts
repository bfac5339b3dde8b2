// Routes as people see them: where they are, and whether they are served.
import { z } from "zod";
import { Instant } from "./common.ts";
import { Action } from "./operations.ts";

export const RouteView = z.object({
  name: z.string(),
  subject: z.string(),
  hosts: z.array(z.string()).describe("Empty: any host"),
  paths: z.array(z.string()),
  methods: z.array(z.string()).nullable().describe("Null: all"),
  conditions: z.array(z.string()).describe("What a request must have besides, one in words each"),
  answers: z.object({
    by: z.enum(["service", "compose", "redirect", "respond"]),
    what: z.string().describe("The service, where a redirect leads, or the status of a fixed answer"),
  }),
  state: z.enum(["draft", "published", "deprecated", "retired"]).describe("What the settings say"),
  serving: z
    .enum(["served", "brown_out", "maintenance", "disabled", "draft", "retired"])
    .describe("What callers meet now"),
  enabled: z.boolean().describe("The switch: false serves nobody"),
  switched: Action.nullable().describe("The action that holds its switch away from the settings"),
  deprecated_at: Instant.nullable(),
  sunset_at: Instant.nullable(),
  retires: z.boolean().describe("At `sunset_at`, by itself"),
  successor: z.string().nullable(),
  brown_outs: z.array(z.object({ from: Instant, until: Instant, share: z.number() })),
  releases: z.array(z.object({ name: z.string(), weight: z.number() })).describe("Empty where no service answers"),
  calls: z.int().nullable().describe("In the last hour; null: the store of calls does not answer"),
  errors: z.int().nullable(),
});
export type RouteView = z.infer<typeof RouteView>;
