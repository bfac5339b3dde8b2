// Who calls, with what, and what they were allowed.
import { z } from "zod";
import { Scope } from "./access.ts";
import { ConsumerLimitSettings } from "./limits.ts";
import { moment, Name, named, secret } from "./quantities.ts";

const ConsumerKey = z.union([
  z.strictObject({
    key: secret.meta({ description: "The key, by reference", secret: "whole" }),
    until: moment.optional().meta({ description: "From this moment on the key is not known any more" }),
  }),
  secret.meta({ description: "The key, by reference", secret: "whole" }),
]);

export const ConsumerSettings = z
  .strictObject({
    keys: z
      .array(ConsumerKey)
      .max(100)
      .default([])
      .meta({ description: "API keys; several, so that one can be replaced without a gap" }),
    known_as: named(
      z.array(z.string().min(1).max(256)).min(1).max(100).meta({ description: "Its names in this identity" }),
    )
      .default({})
      .meta({ description: "For each identity, the names in its tokens, users or key ids that mean this consumer" }),
    groups: z.array(Name).max(50).default([]).meta({ description: "Groups that the consumer belongs to" }),
    plan: Name.optional().meta({ description: "The plan that the consumer is on; one of `plans`" }),
    scopes: z.array(Scope).max(100).default([]).meta({ description: "Scopes that the consumer's API keys grant" }),
    subscriptions: z
      .array(Name)
      .max(500)
      .default([])
      .meta({ description: "Services and models for routes that say `subscription: required`" }),
  })
  .meta({ description: "One caller, under the name that limits, rules and records know" });

export type ConsumerSettings = z.output<typeof ConsumerSettings>;

export const ConsumerPlanSettings = z
  .strictObject({
    limits: named(ConsumerLimitSettings).default({}).meta({
      description:
        "Limits on each consumer of the plan, over all routes and models together, beside those that routes and models have; a call that one of them refuses takes nothing from the others",
    }),
  })
  .meta({ description: "One plan, under the name that consumers give in `plan`" });
export type ConsumerPlanSettings = z.output<typeof ConsumerPlanSettings>;
