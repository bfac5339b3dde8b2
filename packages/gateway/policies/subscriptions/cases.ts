// What the subscriptions policy does, as data. Who calls is found out before it, so here nobody is anybody.
import { type PolicyCase, publicRoute } from "../case.ts";

const access = {
  any_of: [{ kind: "api-key" } as const],
  scopes: [],
  subscription: "orders",
  tell_upstream: false,
};

export const cases: PolicyCase[] = [
  {
    name: "nobody in particular has subscribed",
    subject: { ...publicRoute, access },
    calls: [{ gives: "subscription_missing" }],
  },
];
