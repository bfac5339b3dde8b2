// How much may be asked, and by whom. One map of limits on each route and model; each limit counts one thing for whoever `by` names.
import { z } from "zod";
import { bandwidth, quota, rate } from "./quantities.ts";

/** What shares one counter. */
export type LimitBy = "consumer" | "key" | "route" | "address" | "workspace" | `header:${string}`;

const BY = /^(consumer|key|route|address|workspace|header:[A-Za-z0-9][A-Za-z0-9-]{0,62})$/;

const by = z
  .string()
  .regex(BY, "expected consumer, key, route, address, workspace or header:<name> such as header:x-tenant")
  .transform((text) => text.toLowerCase() as LimitBy)
  .meta({
    description:
      "What shares one counter: consumer (who did not say who they are counts by address), key (one of a consumer's several), route (this route or model as a whole), workspace (limits of this name on all its routes and models), address (IPv6: the /64), or header:<name> (by its value; without it by address)",
    examples: ["consumer", "route", "header:x-tenant"],
  });

const KINDS = ["rate", "quota", "concurrency", "bandwidth"] as const;

const fields = {
  rate: rate
    .optional()
    .meta({ description: "Calls in a window that slides (GCRA); refused past it: 429 rate_limited" }),
  burst: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta({ description: "With rate: calls that may come at once; default: the rate's count" }),
  quota: quota.optional().meta({
    description:
      "Calls per hour, day, week (from Monday), month or year of the calendar in UTC; or, per a duration from 1m to 31d, in any stretch of that length: a window that slides. Survives a restart; refused past it: 429 quota_spent",
  }),
  concurrency: z
    .union([z.int().min(1).max(1_000_000), z.literal("auto")], {
      error: "expected a number of calls such as 500, or auto",
    })
    .optional()
    .meta({
      description:
        "Calls that run at the same time; refused past it: 429 too_many_at_once. auto, by: route only: as many as the service takes before its answers become slow, found out by watching them; refused past it: 503 overloaded. Not for routes of long streams",
    }),
  bandwidth: bandwidth.optional().meta({
    description:
      "Routes only. Bytes of bodies in a time, each way by itself; what comes faster is slowed down, not refused",
  }),
};

export const LIMITS_MEANING = "How much may be asked, and by whom; each limit has a name of its own";

/** Limits that calls may run into; exactly one of them in each entry. */
function limitBy<By extends z.ZodType<LimitBy, unknown>>(by: By) {
  return z
    .strictObject({ by, ...fields })
    .refine((limit) => KINDS.filter((kind) => limit[kind] !== undefined).length === 1, {
      error: `needs exactly one of ${KINDS.join(", ")}; give each its own name`,
    })
    .refine((limit) => limit.burst === undefined || limit.rate !== undefined, {
      path: ["burst"],
      error: "belongs to a rate",
    })
    .meta({ description: "Counts one thing: exactly one of `rate`, `quota`, `concurrency` and `bandwidth`" });
}

export const LimitSettings = limitBy(by);
export type LimitSettings = z.output<typeof LimitSettings>;

/** Of a plan that consumers are on. */
export const ConsumerLimitSettings = limitBy(
  by.prefault("consumer").meta({
    description:
      "What shares one counter, over all routes and models of the workspace: consumer, key, address, header:<name>, workspace (all consumers of the plan together), or route (all of them together, on each route or model by itself)",
  }),
);
