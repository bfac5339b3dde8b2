// An issuer for each test, schemes that accept its tokens, and a route behind them.
import type { SimulatedClock } from "@holdfast/base";
import type { PlanAccessRules, PlanScheme } from "@holdfast/contract";
import { afterEach, beforeEach } from "vitest";
import { type Issuer, startIssuer } from "./issuer.ts";
import { closeAll, keyHash, request, routeTo, talk, upstream, world } from "./world.ts";

export let issuer: Issuer;

/** Starts an issuer before each test, and ends it and all else after. */
export function issuerForEach(): void {
  beforeEach(async () => {
    issuer = await startIssuer();
  });
  afterEach(async () => {
    await closeAll();
    await issuer.close();
  });
}

export const tokens = {
  name: "sso",
  audience: ["orders"],
  clock_skew_ms: 30_000,
  consumer_claim: "sub",
  claims_to_headers: { email: "x-user-mail", "realm.roles": "x-user-roles" },
  forward_token: false,
};

export const rules = (any_of: PlanScheme[], more: Partial<PlanAccessRules> = {}): PlanAccessRules => ({
  any_of,
  scopes: [],
  tell_upstream: true,
  ...more,
});

const consumers = [
  { workspace: "acme", name: "shop", key_hashes: [keyHash("key-of-shop")] },
  { workspace: "acme", name: "web", key_hashes: [], known_as: { sso: ["client-7"] }, groups: ["eu", "gold"] },
];

/** A route behind these rules, to an upstream that says what headers it got. */
export async function guarded(access: PlanAccessRules, clock?: SimulatedClock) {
  const { url } = await upstream((incoming, response) => response.end(JSON.stringify(incoming.headers)));
  const own_headers = ["x-user-mail", "x-user-roles"];
  const routes = [routeTo(url, { access, own_headers, capture: { headers: true, payload_share: 0 } })];
  const opened = await world({ routes, consumers }, clock);
  return {
    ...opened,
    async call(headers: string[]) {
      const answer = await talk(opened.port, { pieces: [request("GET /orders/1", headers)] });
      const at = answer.body.indexOf("{");
      const seen =
        answer.status === 200
          ? (JSON.parse(answer.body.slice(at, answer.body.lastIndexOf("}") + 1)) as Record<string, string>)
          : {};
      return { ...answer, seen };
    },
  };
}

export const bearer = (token: string) => `Authorization: Bearer ${token}`;
