// The sample API behind the gateway, in two versions. v1 is steady. v2 is a little faster, until it goes bad: then paying fails.
import type { Clock } from "@holdfast/base";
import { type Answer, json, type Received, type SmallServer, serve } from "./http-server.ts";
import { type Random, seededRandom } from "./random.ts";

export type ShopOptions = {
  version: "v1" | "v2";
  seed: number;
  clock: Clock;
  /** Share of payments that fail right now. */
  failing(): number;
};

const TYPICAL_MS = { v1: 12, v2: 8 };
const ITEMS = ["lantern", "anchor", "rope", "compass", "oilskin"];

export function serveShop({ version, seed, clock, failing }: ShopOptions): Promise<SmallServer> {
  const random = seededRandom(seed);
  return serve({ host: "127.0.0.1", port: 0 }, async (received) => {
    await clock.sleep(TYPICAL_MS[version] * (0.5 + random()));
    return answer(received, { version, random, failing });
  });
}

function answer(
  { method, path, body }: Received,
  { version, random, failing }: { version: string; random: Random; failing(): number },
): Answer {
  if (method === "GET" && path === "/orders") return json(200, { version, items: ITEMS });
  if (method === "GET" && /^\/orders\/\d+$/.test(path))
    return json(200, { version, order: path.slice(8), state: "paid" });
  if (method !== "POST" || path !== "/orders/pay") return json(404, { error: "there is no such page" });
  if (!isPayment(body)) return json(422, { error: "name an item" });
  if (random() < failing()) return json(500, { error: "payment provider timed out" });
  return json(201, { version, order: Math.floor(random() * 90_000) + 10_000, state: "paid" });
}

function isPayment(body: Buffer): boolean {
  try {
    return typeof (JSON.parse(body.toString()) as { item?: unknown }).item === "string";
  } catch {
    // What is not JSON is not a payment; the caller says so to the client.
    return false;
  }
}
