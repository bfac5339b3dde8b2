// Routes as people see them: where they are, whether they are served, and who still calls them.
import { z } from "zod";
import { Instant } from "./common.ts";
import { Action } from "./operations.ts";

/** `consumer` null: nobody found out who called; then `network` is where from. Both null: not even that was kept. */
export const Caller = z.object({
  consumer: z.string().nullable(),
  network: z.string().nullable().describe("IPv4 with the last octet zeroed, IPv6 cut to /48; null for known consumers"),
  calls: z.int(),
  errors: z.int().describe("Of these, failures of the gateway or the upstream"),
  refused: z.int().describe("Of these, turned away by a policy: a wrong key, a spent limit, a brown-out"),
  last_at: Instant.describe("The newest call in the window"),
});
export type Caller = z.infer<typeof Caller>;

export const RouteCallers = z.object({
  route: z.string(),
  from: Instant,
  until: Instant,
  items: z.array(Caller).describe("Those with the most calls first"),
  more: z.boolean().describe("There are others, with fewer calls each"),
});
export type RouteCallers = z.infer<typeof RouteCallers>;

export const CallersQuery = z.object({
  from: z.coerce.number().int().optional().describe("Default: 30 days before `until`"),
  until: z.coerce.number().int().optional().describe("Default: now"),
});

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
