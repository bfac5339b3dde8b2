// Opaque bearer tokens, about which a real issuer on loopback is asked.
import { simulatedClock } from "@holdfast/base";
import type { PlanIntrospectionScheme } from "@holdfast/contract";
import { describe, expect, test } from "vitest";
import { CLIENT } from "../../tests/gateway/issuer.ts";
import { bearer, guarded, issuer, issuerForEach, rules, tokens } from "../../tests/gateway/token-routes.ts";

issuerForEach();

const introspection = (more: Partial<PlanIntrospectionScheme> = {}): PlanIntrospectionScheme => ({
  kind: "introspection",
  ...tokens,
  audience: [],
  issuer: issuer.url,
  ...CLIENT,
  remember_ms: 30_000,
  ...more,
});

describe("an opaque token", () => {
  test("is asked about once, as the client that the settings name", async () => {
    issuer.tokens.set("opaque-1", {
      active: true,
      sub: "lena",
      scope: "read",
      exp: Math.floor(Date.now() / 1000) + 60,
    });
    const { call } = await guarded(rules([introspection()]));
    for (let turn = 0; turn < 3; turn++) expect((await call([bearer("opaque-1")])).seen["x-consumer"]).toBe("lena");
    expect(issuer.introspected).toEqual([
      {
        form: { token: "opaque-1", token_type_hint: "access_token" },
        authorization: `Basic ${Buffer.from("holdfast:the+secret%3A+of+%2B+the+client").toString("base64")}`,
      },
    ]);
  });

  test("that is revoked passes no longer than the answer is believed", async () => {
    const clock = simulatedClock(Date.now());
    issuer.tokens.set("opaque-1", { active: true, sub: "lena" });
    const { call } = await guarded(rules([introspection()]), clock);
    expect((await call([bearer("opaque-1")])).status).toBe(200);
    issuer.tokens.clear();
    expect((await call([bearer("opaque-1")])).status).toBe(200);
    await clock.advance(30_001);
    expect((await call([bearer("opaque-1")])).status).toBe(401);
  });

  test.each([
    ["not active", { active: false }, 401],
    ["no answer of that kind", { sub: "lena" }, 401],
    ["expired all the same", { active: true, sub: "lena", exp: 1 }, 401],
    ["of another issuer", { active: true, sub: "lena", iss: "https://evil.example" }, 401],
    ["of nobody", { active: true }, 401],
  ])("%s: %j gives %i", async (_, answer, status) => {
    issuer.tokens.set("opaque-1", answer);
    const { call } = await guarded(rules([introspection()]));
    expect((await call([bearer("opaque-1")])).status).toBe(status);
  });

  test("for another audience is refused", async () => {
    issuer.tokens.set("opaque-1", { active: true, sub: "lena", aud: ["billing"] });
    issuer.tokens.set("opaque-2", { active: true, sub: "lena", aud: ["billing", "orders"] });
    const { call } = await guarded(rules([introspection({ audience: ["orders"], url: `${issuer.url}/introspect` })]));
    expect((await call([bearer("opaque-1")])).status).toBe(401);
    expect((await call([bearer("opaque-2")])).status).toBe(200);
    expect(issuer.asked["/.well-known/openid-configuration"]).toBeUndefined();
  });

  test("while the issuer is away, is nobody's fault", async () => {
    issuer.away = true;
    const { call, problems } = await guarded(rules([introspection()]));
    expect((await call([bearer("opaque-secret")])).status).toBe(503);
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain("opaque-secret");
  });
});
