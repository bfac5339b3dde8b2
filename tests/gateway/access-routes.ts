// A route under access rules, to an upstream that says what it got.
import type { SimulatedClock } from "@holdfast/base";
import type { PlanAccessRules, PlanConsumer, PlanRoute, PlanScheme } from "@holdfast/contract";
import type { TrustedProxies } from "@holdfast/gateway";
import { keyHash, request, routeTo, talk, upstream, world } from "./world.ts";

export const rules = (...any_of: PlanScheme[]): PlanAccessRules => ({ any_of, scopes: [], tell_upstream: true });

const consumers = [
  {
    workspace: "acme",
    name: "shop",
    key_hashes: [keyHash("key-of-shop"), keyHash("old-key-of-shop")],
    keys_until: { [keyHash("old-key-of-shop")]: Date.UTC(2026, 5, 1) },
    subscriptions: ["orders"],
  },
  { workspace: "acme", name: "other", key_hashes: [keyHash("key-of-other")] },
];

type Seen = { url: string; headers: Record<string, string>; body: string };
type More = { trusted_proxies?: TrustedProxies | undefined; consumers?: PlanConsumer[] };
type Opening = { clock?: SimulatedClock; more?: More };

/** A route to an upstream that says what it got. */
export async function open(route: Partial<PlanRoute>, { clock, more }: Opening = {}) {
  const { url } = await upstream(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    response.setHeader("access-control-allow-origin", "https://the.upstream");
    response.end(
      JSON.stringify({ url: incoming.url, headers: incoming.headers, body: Buffer.concat(chunks).toString() }),
    );
  });
  const opened = await world({ routes: [routeTo(url, route)], consumers, ...more }, clock);
  return {
    ...opened,
    async call(line: string, headers: string[] = [], body = "") {
      const answer = await talk(opened.port, { pieces: [request(line, headers, body)] });
      const json = answer.body.slice(answer.body.indexOf("{"), answer.body.lastIndexOf("}") + 1);
      return { ...answer, seen: (answer.status === 200 ? JSON.parse(json) : {}) as Partial<Seen> };
    },
  };
}
