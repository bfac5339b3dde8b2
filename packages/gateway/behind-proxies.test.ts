// Who the client is behind proxies that are trusted by address or by number: through a real gateway.
import { afterEach, describe, expect, test } from "vitest";
import { open } from "../../tests/gateway/access-routes.ts";
import { closeAll } from "../../tests/gateway/world.ts";
import type { TrustedProxies } from "./index.ts";

afterEach(closeAll);

const SUBNETS: TrustedProxies = { subnets: ["127.0.0.0/8", "10.0.0.0/8"] };
const after = (hops: number): TrustedProxies => ({ hops });

const CHAIN = "1.1.1.1, 203.0.113.9, 198.51.100.1";

test.each<[string, TrustedProxies | undefined, said: string, client: string, chain: string]>([
  ["nobody is trusted", undefined, "203.0.113.9", "127.0.0.1", "127.0.0.1"],
  ["one proxy", SUBNETS, "203.0.113.9", "203.0.113.9", "203.0.113.9, 127.0.0.1"],
  ["a chain of them", SUBNETS, "203.0.113.9, 10.0.0.1", "203.0.113.9", "203.0.113.9, 10.0.0.1, 127.0.0.1"],
  ["a client that lies", SUBNETS, "1.1.1.1, 203.0.113.9, 10.0.0.1", "203.0.113.9", "203.0.113.9, 10.0.0.1, 127.0.0.1"],
  ["ports and brackets", SUBNETS, "[2001:db8::7]:443, 10.0.0.1:99", "2001:db8::7", "2001:db8::7, 10.0.0.1, 127.0.0.1"],
  ["nonsense", SUBNETS, "203.0.113.9, unknown, 10.0.0.1", "10.0.0.1", "10.0.0.1, 127.0.0.1"],
  ["one hop, wherever it is, and a client that lies", after(1), CHAIN, "198.51.100.1", "198.51.100.1, 127.0.0.1"],
  ["two hops", after(2), CHAIN, "203.0.113.9", "203.0.113.9, 198.51.100.1, 127.0.0.1"],
  ["as many words as hops", after(3), CHAIN, "1.1.1.1", `${CHAIN}, 127.0.0.1`],
  ["fewer words than hops", after(4), CHAIN, "1.1.1.1", `${CHAIN}, 127.0.0.1`],
  ["hops and nonsense among them", after(3), "203.0.113.9, unknown, 10.0.0.1", "10.0.0.1", "10.0.0.1, 127.0.0.1"],
  ["hops and an empty word", after(2), "203.0.113.9, ", "127.0.0.1", "127.0.0.1"],
  [
    "hops with ports and brackets",
    after(2),
    "[2001:db8::7]:443, 10.0.0.1:99",
    "2001:db8::7",
    "2001:db8::7, 10.0.0.1, 127.0.0.1",
  ],
])("%s", async (_, trusted_proxies, said, client, chain) => {
  const addresses = { allow: [`${client}/${client.includes(":") ? 128 : 32}`] };
  const { call } = await open({ addresses }, { more: { trusted_proxies } });
  const { status, seen } = await call("GET /orders/1", [`X-Forwarded-For: ${said}`]);
  expect(status).toBe(200);
  expect(seen.headers?.["x-forwarded-for"]).toBe(chain);
});

test("words in several lines are one list, and without any the peer is the client", async () => {
  const { call } = await open({}, { more: { trusted_proxies: after(2) } });
  const lines = ["X-Forwarded-For: 1.1.1.1, 203.0.113.9", "X-Forwarded-For: 198.51.100.1"];
  expect((await call("GET /orders/1", lines)).seen.headers?.["x-forwarded-for"]).toBe(
    "203.0.113.9, 198.51.100.1, 127.0.0.1",
  );
  expect((await call("GET /orders/1")).seen.headers?.["x-forwarded-for"]).toBe("127.0.0.1");
});

describe.each<[string, TrustedProxies]>([
  ["by address", SUBNETS],
  ["by number", after(1)],
])("trusted %s", (_, trusted_proxies) => {
  test("the client's own scheme and host are passed on, and only from those who are trusted", async () => {
    const said = ["X-Forwarded-Proto: https", "X-Forwarded-Host: www.example.com"];
    const trusted = await open({ plain_http: "refuse" }, { more: { trusted_proxies } });
    expect((await trusted.call("GET /orders/1", said)).seen.headers).toMatchObject({
      "x-forwarded-proto": "https",
      "x-forwarded-host": "www.example.com",
    });
    const alone = await open({});
    expect((await alone.call("GET /orders/1", said)).seen.headers).toMatchObject({
      "x-forwarded-proto": "http",
      "x-forwarded-host": "shop.example.com",
    });
  });

  test("a refused address is told nothing but that, and is on record", async () => {
    const { call, record } = await open({ addresses: { deny: ["203.0.113.0/24"] } }, { more: { trusted_proxies } });
    expect((await call("GET /orders/1", ["X-Forwarded-For: 203.0.113.9"])).status).toBe(403);
    expect(await record()).toMatchObject({
      outcome: "address_not_allowed",
      refused_by: "addresses",
      client_address: "203.0.113.0",
    });
  });

  test("a client gets no second limit by words of its own", async () => {
    const limit = { name: "one", by: "address", rate: { count: 1, window_ms: 60_000 }, burst: 1 } as const;
    const { call } = await open({ limits: [limit] }, { more: { trusted_proxies } });
    const ask = async (said: string) => (await call("GET /orders/1", [`X-Forwarded-For: ${said}`])).status;
    expect(await ask("1.1.1.1, 203.0.113.9")).toBe(200);
    expect(await ask("2.2.2.2, 203.0.113.9")).toBe(429);
    expect(await ask("2.2.2.2, 203.0.113.10")).toBe(200);
  });
});
