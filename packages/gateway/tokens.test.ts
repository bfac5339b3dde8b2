// Signed bearer tokens of a real issuer on loopback, through a real gateway to a real upstream.
import { simulatedClock } from "@holdfast/base";
import type { PlanJwtScheme } from "@holdfast/contract";
import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import { startIssuer } from "../../tests/gateway/issuer.ts";
import { bearer, guarded, issuer, issuerForEach, rules, tokens } from "../../tests/gateway/token-routes.ts";
import { modelAt, request, talk, upstream, world } from "../../tests/gateway/world.ts";

issuerForEach();

const jwt = (more: Partial<PlanJwtScheme> = {}): PlanJwtScheme => ({
  kind: "jwt",
  ...tokens,
  issuer: issuer.url,
  algorithms: ["RS256"],
  ...more,
});

describe("a signed token", () => {
  test("lets its bearer pass: the upstream hears who it is, and does not get the token", async () => {
    const { call, record } = await guarded(rules([jwt()]));
    const token = await issuer.sign({ email: "lena@example.com", realm: { roles: ["a", "b"] }, scope: "read write" });
    const { status, seen } = await call([bearer(token), "x-user-mail: forged@example.com", "x_user_mail: forged"]);
    expect(status).toBe(200);
    expect(seen).toMatchObject({
      "x-consumer": "lena",
      "x-authenticated-scope": "read write",
      "x-user-mail": "lena@example.com",
      "x-user-roles": "a,b",
    });
    expect(JSON.stringify(seen)).not.toContain("forged");
    expect(seen.authorization).toBeUndefined();
    const kept = await record();
    expect(kept.consumer).toBe("lena");
    expect(JSON.stringify(kept)).not.toContain(token.slice(0, 30));
  });

  test("is verified once, and its keys are asked for once", async () => {
    const { call } = await guarded(rules([jwt()]));
    const token = await issuer.sign();
    for (let turn = 0; turn < 3; turn++) expect((await call([bearer(token)])).status).toBe(200);
    expect((await call([bearer(await issuer.sign({ sub: "omar" }))])).seen["x-consumer"]).toBe("omar");
    expect(issuer.asked).toEqual({ "/.well-known/openid-configuration": 1, "/keys": 1 });
  });

  test("is passed on where the settings say so", async () => {
    const { call } = await guarded(rules([jwt({ forward_token: true })], { tell_upstream: false }));
    const token = await issuer.sign({ email: "lena@example.com" });
    const { seen } = await call([bearer(token)]);
    expect(seen.authorization).toBe(`Bearer ${token}`);
    expect(seen["x-consumer"] ?? seen["x-user-mail"]).toBeUndefined();
  });

  test("means a declared consumer only where the settings say so", async () => {
    const { call } = await guarded(rules([jwt()]));
    const known = await call([bearer(await issuer.sign({ sub: "client-7" }))]);
    expect(known.seen).toMatchObject({ "x-consumer": "web", "x-consumer-groups": "eu,gold" });
    const namesake = await call([bearer(await issuer.sign({ sub: "shop" }))]);
    expect(namesake.seen["x-consumer"]).toBe("sso/shop");
  });

  const HOUR_S = 3600;
  const now_s = () => Math.floor(Date.now() / 1000);
  test.each([
    ["expired", () => issuer.sign({ exp: now_s() - 60 }), "expired"],
    ["without an end", () => issuer.sign({ exp: undefined }), "The token has no exp, which is needed here."],
    ["not valid yet", () => issuer.sign({ nbf: now_s() + HOUR_S }), "nbf"],
    ["issued in the future", () => issuer.sign({ iat: now_s() + HOUR_S }), "future"],
    ["for another audience", () => issuer.sign({ aud: "billing" }), "aud"],
    ["without an audience", () => issuer.sign({ aud: undefined }), "The token has no aud"],
    ["of another issuer", () => issuer.sign({ iss: "https://evil.example" }), "iss"],
    ["without a subject", () => issuer.sign({ sub: undefined }), "claim sub"],
    ["of an unknown key", () => issuer.sign({}, { kid: "key-9" }), "no such key"],
    ["changed", async () => `${(await issuer.sign()).slice(0, -20)}AAAAAAAAAAAAAAAAAAAA`, "signature"],
    [
      "unsigned",
      async () => new UnsecuredJWT({ iss: issuer.url, aud: "orders", sub: "lena", exp: now_s() + 99 }).encode(),
      "not accepted",
    ],
    ["that is none", async () => "not.a.token", "not a valid"],
  ])("%s is refused", async (_, make, because) => {
    const { call, record } = await guarded(rules([jwt()]));
    const answer = await call([bearer(await make())]);
    expect(answer.status).toBe(401);
    expect(answer.header("www-authenticate")).toMatch(
      /^Bearer realm="holdfast", error="invalid_token", error_description=".*"$/,
    );
    expect(answer.body).toContain(because);
    expect(await record()).toMatchObject({ outcome: "credentials_invalid", refused_by: "access", consumer: null });
  });

  test("signed with the public key as if it were a shared secret is refused", async () => {
    const { call } = await guarded(rules([jwt()]));
    const keys = (await (await fetch(`${issuer.url}/keys`)).json()) as { keys: [{ n: string; kid: string }] };
    const claims = { iss: issuer.url, aud: "orders", sub: "lena", exp: now_s() + 99 };
    for (const secret of [Buffer.from(keys.keys[0].n, "base64url"), Buffer.from(JSON.stringify(keys.keys[0]))]) {
      const forged = await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "key-1" }).sign(secret);
      expect((await call([bearer(forged)])).status).toBe(401);
    }
  });

  test("is not accepted with an algorithm that the settings do not name, though the issuer has the key", async () => {
    const { call } = await guarded(rules([jwt({ algorithms: ["ES256"] })]));
    expect((await call([bearer(await issuer.sign())])).status).toBe(401);
  });
});

describe("keys of an issuer", () => {
  test("that changed are found by the first token that names one; made-up names do not make the gateway ask", async () => {
    const clock = simulatedClock(Date.now());
    const { call } = await guarded(rules([jwt()]), clock);
    const old = await issuer.sign();
    expect((await call([bearer(old)])).status).toBe(200);
    await issuer.rotate();
    await clock.advance(31_000);
    expect((await call([bearer(await issuer.sign())])).status).toBe(200);
    expect(issuer.asked["/keys"]).toBe(2);
    // What the old key has signed does not count any more, remembered or not.
    expect((await call([bearer(old)])).status).toBe(401);
    for (const kid of ["a", "b", "c"]) expect((await call([bearer(await issuer.sign({}, { kid }))])).status).toBe(401);
    expect(issuer.asked["/keys"]).toBe(2);
  });

  test("are used for a while when the issuer is away, and then no more", async () => {
    const clock = simulatedClock(Date.now());
    const { call, records } = await guarded(rules([jwt()]), clock);
    expect((await call([bearer(await issuer.sign())])).status).toBe(200);
    issuer.away = true;
    await clock.advance(3_600_000);
    const later = await issuer.sign({ exp: Math.floor(clock.now() / 1000) + 100_000 });
    expect((await call([bearer(later)])).status).toBe(200);
    await clock.advance(12 * 3_600_000);
    const tomorrow = await issuer.sign({ sub: "omar", exp: Math.floor(clock.now() / 1000) + 100 });
    const refused = await call([bearer(tomorrow)]);
    expect(refused.status).toBe(503);
    expect(refused.header("retry-after")).toBe("5");
    expect(records.at(-1)).toMatchObject({ outcome: "identity_unavailable", error_origin: "gateway" });
    issuer.away = false;
    await clock.advance(3_000);
    expect((await call([bearer(tomorrow)])).status).toBe(200);
  });

  test("of an issuer whose document is of another are not believed", async () => {
    const { call } = await guarded(rules([jwt({ issuer: issuer.url.replace("127.0.0.1", "localhost") })]));
    const token = await issuer.sign({ iss: issuer.url.replace("127.0.0.1", "localhost") });
    expect((await call([bearer(token)])).status).toBe(503);
    expect(issuer.asked["/keys"]).toBeUndefined();
  });
});

describe("several schemes", () => {
  test("a key, else a token, else nobody: wrong ones never are nobody", async () => {
    const { call } = await guarded(rules([{ kind: "api-key" }, jwt(), { kind: "public" }]));
    expect((await call(["x-api-key: key-of-shop"])).seen["x-consumer"]).toBe("shop");
    expect((await call([bearer("key-of-shop")])).seen["x-consumer"]).toBe("shop");
    expect((await call([bearer(await issuer.sign())])).seen["x-consumer"]).toBe("lena");
    expect((await call([])).seen["x-consumer"]).toBeUndefined();
    expect(
      (await call(["x-consumer: forged", "X_Consumer: forged", "x-consumer-groups: forged"])).seen,
    ).not.toHaveProperty("x-consumer");
    for (const wrong of [bearer("nobody"), bearer(await issuer.sign({ aud: "other" })), "x-api-key: nobody"])
      expect((await call([wrong])).status).toBe(401);
  });

  test("of two issuers the token's own is asked", async () => {
    const other = await startIssuer();
    try {
      const { call } = await guarded(rules([jwt(), jwt({ name: "partners", issuer: other.url })]));
      expect((await call([bearer(await other.sign({ sub: "pia" }))])).seen["x-consumer"]).toBe("pia");
      expect((await call([bearer(await issuer.sign())])).seen["x-consumer"]).toBe("lena");
      // Signed by one, and says that it is from the other.
      expect((await call([bearer(await other.sign({ iss: issuer.url }))])).status).toBe(401);
      expect((await call([bearer(await other.sign({ iss: "https://evil.example" }))])).status).toBe(401);
    } finally {
      await other.close();
    }
  });

  test("scopes and subscriptions: all of the first, one of the second", async () => {
    const needs = { scopes: ["orders.read", "orders.write"], subscription: "orders" };
    const { call } = await guarded(rules([jwt()], needs));
    const less = await call([bearer(await issuer.sign({ scope: "orders.read" }))]);
    expect(less.status).toBe(403);
    expect(less.header("www-authenticate")).toBe(
      'Bearer realm="holdfast", error="insufficient_scope", scope="orders.read orders.write"',
    );
    const scp = ["orders.write", "orders.read"];
    const unsubscribed = await call([bearer(await issuer.sign({ scp }))]);
    expect(unsubscribed.body).toContain("subscription_missing");
  });
});

test("a model may take tokens as well: they are refused before a provider is asked, and its name is not listed", async () => {
  let asked = 0;
  const { url } = await upstream((_, response) => {
    asked++;
    response.setHeader("content-type", "application/json").end('{"choices":[]}');
  });
  const target = { provider: "local", kind: "openai-compatible" as const, url, model: "q" };
  const { port, records } = await world({ models: [modelAt([target], { access: rules([jwt()]) })] });
  const body = '{"model":"assistant","messages":[{"role":"user","content":"hi"}]}';
  const chat = (headers: string[]) =>
    talk(port, {
      pieces: [request("POST /v1/chat/completions", [...headers, `Content-Length: ${body.length}`], body)],
    });
  expect((await chat([])).status).toBe(401);
  expect((await chat([bearer(await issuer.sign({ aud: "other" }))])).status).toBe(401);
  expect(asked).toBe(0);
  expect((await chat([bearer(await issuer.sign())])).status).toBe(200);
  expect(records.at(-1)).toMatchObject({ consumer: "lena", subject: "models.assistant" });
  const list = await talk(port, { pieces: [request("GET /v1/models")] });
  expect(list.body).not.toContain("assistant");
});
