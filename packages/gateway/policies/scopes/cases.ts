// What the scopes policy does, as data.
import { type PolicyCase, publicRoute } from "../case.ts";

const access = {
  any_of: [{ kind: "api-key" } as const],
  scopes: ["orders.read", "orders.write"],
  tell_upstream: false,
};

export const cases: PolicyCase[] = [
  {
    name: "every scope is needed, and the challenge names them all",
    subject: { ...publicRoute, access },
    calls: [
      { scopes: ["orders.write", "orders.read", "more"], gives: "pass" },
      {
        scopes: ["orders.read"],
        gives: "insufficient_scope",
        headers: [
          "www-authenticate",
          'Bearer realm="holdfast", error="insufficient_scope", scope="orders.read orders.write"',
        ],
      },
      { scopes: [], gives: "insufficient_scope" },
      { scopes: ["orders.reader", "orders.write"], gives: "insufficient_scope" },
    ],
  },
];
