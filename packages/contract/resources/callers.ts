// Who still calls a route or model: the list to work off before it can be retired.
import { z } from "zod";
import { Instant } from "./common.ts";

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

const window = { from: Instant, until: Instant };
const list = {
  items: z.array(Caller).describe("Those with the most calls first"),
  more: z.boolean().describe("There are others, with fewer calls each"),
};

export const RouteCallers = z.object({ route: z.string(), ...window, ...list });
export type RouteCallers = z.infer<typeof RouteCallers>;

export const ModelCallers = z.object({ model: z.string(), ...window, ...list });
export type ModelCallers = z.infer<typeof ModelCallers>;

export const CallersQuery = z.object({
  from: z.coerce.number().int().optional().describe("Default: 30 days before `until`"),
  until: z.coerce.number().int().optional().describe("Default: now"),
});
export type CallersQuery = z.output<typeof CallersQuery>;
