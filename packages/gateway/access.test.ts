// Passwords, keys in places of one's own, pages of other origins: through a real gateway.
import { argon2Sync, scryptSync } from "node:crypto";
import { simulatedClock } from "@holdfast/base";
import type { CorsSettings, PlanAccess, PlanScheme } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { open, rules } from "../../tests/gateway/access-routes.ts";
import { closeAll, keyHash } from "../../tests/gateway/world.ts";

afterEach(closeAll);

describe("a password", () => {
  const salt = Buffer.from("0123456789abcdef");
  const scryptHash = (ln: number) => {
    const hash = scryptSync("correct horse", salt, 32, { N: 2 ** ln, r: 8, p: 1 });
    return `$scrypt$ln=${ln},r=8,p=1$${base64(salt)}$${base64(hash)}`;
  };
  const argon2Hash = () => {
    const hash = argon2Sync("argon2id", {
      message: "correct horse",
      nonce: salt,
      parallelism: 1,
      tagLength: 32,
      memory: 1024,
      passes: 2,
    });
    return `$argon2id$v=19$m=1024,t=2,p=1$${base64(salt)}$${base64(hash)}`;
  };
  const users = {
    lena: { password: scryptHash(14), scopes: [] },
    quick: { password: scryptHash(11), scopes: [] },
    argo: { password: argon2Hash(), scopes: [] },
  };
  const staff: PlanScheme = { kind: "basic", name: "staff", users };
  const basic = (text: string) => `Authorization: Basic ${Buffer.from(text).toString("base64")}`;

  function base64(bytes: Buffer): string {
    return bytes.toString("base64").replace(/=+$/, "");
  }

  test("that is right passes, and its slow hash is computed once", async () => {
    const { call, records } = await open({ access: rules(staff) });
    for (let turn = 0; turn < 3; turn++) {
      const { status, seen } = await call("GET /orders/1", [basic("lena:correct horse")]);
      expect(status).toBe(200);
      expect(seen.headers?.["x-consumer"]).toBe("lena");
      expect(seen.headers).not.toHaveProperty("authorization");
    }
    const [first = 0, ...later] = records.map(({ phases }) => phases.identify_us ?? 0);
    expect(Math.max(...later)).toBeLessThan(first / 2);
  });

  test("may be kept as argon2id as well", async () => {
    const { call } = await open({ access: rules(staff) });
    expect((await call("GET /orders/1", [basic("argo:correct horse")])).status).toBe(200);
    expect((await call("GET /orders/1", [basic("argo:correct house")])).status).toBe(401);
  });

  test.each(["lena:wrong", "omar:correct horse", "lena:", ":", "lena"])("%s is refused", async (text) => {
    const { call } = await open({ access: rules(staff) });
    const answer = await call("GET /orders/1", [basic(text)]);
    expect(answer.status).toBe(401);
    expect(answer.header("www-authenticate")).toBe('Basic realm="holdfast", charset="UTF-8"');
  });

  test("a flood of guesses is turned away before it takes the machine", async () => {
    const { call } = await open({ access: rules(staff) });
    const guesses = Array.from({ length: 200 }, (_, turn) => call("GET /orders/1", [basic(`quick:guess ${turn}`)]));
    const statuses = new Set((await Promise.all(guesses)).map(({ status }) => status));
    expect([...statuses].sort()).toEqual([401, 503]);
  });
});

describe("a key", () => {
  test("in the query goes neither to the upstream nor into the record", async () => {
    const { call, record } = await open({ access: rules({ kind: "api-key", query: "k" }) });
    const { seen } = await call("GET /orders/1?a=1&k=key-of-shop&b=2");
    expect(seen.url).toBe("/orders/1?a=1&b=2");
    expect(JSON.stringify(await record())).not.toContain("key-of-shop");
  });

  test("in the query, wrong, is not recorded either", async () => {
    const { call, record } = await open({ access: rules({ kind: "api-key", query: "k" }) });
    expect((await call("GET /orders/1?k=almost-the-key")).status).toBe(401);
    expect((await record()).query).toBeNull();
  });

  test("in a header of one's own is hidden where headers are captured", async () => {
    const capture = { headers: true, payload_share: 0, hidden_headers: ["x-partner"] };
    const { call, record } = await open({ access: rules({ kind: "api-key", header: "x-partner" }), capture });
    const { seen } = await call("GET /orders/1", ["X-Partner: key-of-shop"]);
    expect(seen.headers).not.toHaveProperty("x-partner");
    const kept = await record();
    expect(kept.capture?.request_headers).toContainEqual(["X-Partner", "[hidden]"]);
    expect(JSON.stringify(kept)).not.toContain("key-of-shop");
  });

  test.each(["api-key" as const, rules({ kind: "api-key" })])("is known until its time is over: %j", async (access) => {
    const clock = simulatedClock(Date.UTC(2026, 5, 1) - 1000);
    const { call } = await open({ access }, { clock });
    expect((await call("GET /orders/1", ["x-api-key: old-key-of-shop"])).status).toBe(200);
    await clock.advance(1000);
    expect((await call("GET /orders/1", ["x-api-key: old-key-of-shop"])).status).toBe(401);
    expect((await call("GET /orders/1", ["x-api-key: key-of-shop"])).status).toBe(200);
  });

  test("without a subscription is known, and goes no further", async () => {
    const { call, record } = await open({ access: { ...rules({ kind: "api-key" }), subscription: "orders" } });
    expect((await call("GET /orders/1", ["x-api-key: key-of-other"])).status).toBe(403);
    expect(await record()).toMatchObject({
      outcome: "subscription_missing",
      refused_by: "subscriptions",
      consumer: "other",
    });
    expect((await call("GET /orders/1", ["x-api-key: key-of-shop"])).status).toBe(200);
  });
});

test("no client can say what the gateway says of a caller, in any spelling", async () => {
  const { call } = await open({ access: rules({ kind: "api-key" }), own_headers: ["x-user-id", "x_user_mail"] });
  const names = [
    "x-consumer",
    "x-consumer-groups",
    "x-authenticated-scope",
    "x-user-id",
    "x-user-mail",
    "x-holdfast-any",
  ];
  const more = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-any", "x-real-ip", "forwarded", "traceparent"];
  const spellings = [...names, ...more].flatMap((name) => [name, name.toUpperCase(), name.replaceAll("-", "_")]);
  const { seen } = await call("GET /orders/1", [
    "x-api-key: key-of-shop",
    ...spellings.map((name) => `${name}: forged`),
  ]);
  expect(JSON.stringify(seen)).not.toContain("forged");
  expect(seen.headers?.["x-consumer"]).toBe("shop");
});

describe("a consumer behind a key", () => {
  const consumers = [
    {
      ...{ workspace: "acme", name: "shop", key_hashes: [keyHash("key-of-shop")] },
      ...{ groups: ["eu", "gold"], scopes: ["orders.read", "orders.write"] },
    },
    { workspace: "acme", name: "plain", key_hashes: [keyHash("key-of-plain")] },
  ];
  const told = {
    "x-consumer": "shop",
    "x-consumer-groups": "eu,gold",
    "x-authenticated-scope": "orders.read orders.write",
  };

  test.each<[string, PlanAccess]>([
    ["short", "api-key"],
    ["written out", rules({ kind: "api-key" })],
  ])("is told to the upstream where access is %s", async (_, access) => {
    const { call } = await open({ access }, { more: { consumers } });
    expect((await call("GET /orders/1", ["x-api-key: key-of-shop", "x-consumer: forged"])).seen.headers).toMatchObject(
      told,
    );
    const { headers } = (await call("GET /orders/1", ["x-api-key: key-of-plain"])).seen;
    expect(headers?.["x-consumer"]).toBe("plain");
    expect(headers?.["x-consumer-groups"] ?? headers?.["x-authenticated-scope"]).toBeUndefined();
  });

  test("is told to nobody where anybody may call", async () => {
    const { call, records } = await open({ access: "public" }, { more: { consumers } });
    const { headers } = (await call("GET /orders/1", ["x-api-key: key-of-shop"])).seen;
    expect(headers).not.toHaveProperty("x-consumer");
    expect(records[0]?.consumer).toBe("shop");
  });

  test("may be taken out or written anew by the route", async () => {
    const headers = { set: { "x-consumer": "c-{consumer}" }, add: {}, remove: ["x-consumer-groups"] };
    const transform = { request: { headers, query: { set: {}, remove: [] }, other_bodies: "pass" as const } };
    const { call } = await open({ access: "api-key", transform }, { more: { consumers } });
    const seen = (await call("GET /orders/1", ["x-api-key: key-of-shop"])).seen.headers;
    expect(seen).toMatchObject({ "x-consumer": "c-shop", "x-authenticated-scope": "orders.read orders.write" });
    expect(seen).not.toHaveProperty("x-consumer-groups");
  });
});

test("what claims are passed on as cannot be said on routes of the workspace that know no claims", async () => {
  const { call } = await open({ access: "public", own_headers: ["x-user-id"] });
  const { seen } = await call("GET /orders/1", ["X-User-Id: forged", "x_user_id: forged", "x-user: mine"]);
  expect(JSON.stringify(seen)).not.toContain("forged");
  expect(seen.headers?.["x-user"]).toBe("mine");
});

describe("pages of other origins", () => {
  const cors: CorsSettings = {
    origins: ["https://shop.example.com"],
    exposed_headers: [],
    credentials: false,
    max_age: 600_000,
  };
  const asks = ["Origin: https://shop.example.com", "Access-Control-Request-Method: GET"];

  test("a preflight needs no credentials and no OPTIONS in the route's methods", async () => {
    const { call, record } = await open({ access: "api-key", methods: ["GET"], cors });
    const answer = await call("OPTIONS /orders/1", asks);
    expect(answer.status).toBe(204);
    expect(answer.header("access-control-allow-origin")).toBe("https://shop.example.com");
    expect(answer.header("access-control-allow-methods")).toBe("GET");
    expect(await record()).toMatchObject({ outcome: "ok", attempts: 0, subject: "routes.orders" });
  });

  test("a preflight for a method that no route takes finds none", async () => {
    const { call } = await open({ access: "public", methods: ["GET"], cors });
    expect((await call("OPTIONS /orders/1", [asks[0] as string, "Access-Control-Request-Method: PUT"])).status).toBe(
      405,
    );
  });

  test("without cors settings a preflight is the upstream's to answer", async () => {
    const { call } = await open({ access: "public" });
    const answer = await call("OPTIONS /orders/1", asks);
    expect(answer.status).toBe(200);
    expect(answer.header("access-control-allow-origin")).toBe("https://the.upstream");
  });

  test("an answer says what the settings say, once, and refusals can be read too", async () => {
    const { call } = await open({ access: "api-key", cors });
    const answer = await call("GET /orders/1", [asks[0] as string, "x-api-key: key-of-shop"]);
    expect(answer.headers.filter(([name]) => name === "access-control-allow-origin")).toEqual([
      ["access-control-allow-origin", "https://shop.example.com"],
    ]);
    expect(answer.header("access-control-expose-headers")).toBe("x-holdfast-ref, x-request-id");
    const refused = await call("GET /orders/1", [asks[0] as string]);
    expect(refused.status).toBe(401);
    expect(refused.header("access-control-allow-origin")).toBe("https://shop.example.com");
  });
});
