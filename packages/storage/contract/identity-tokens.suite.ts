// API tokens and the admin token.
import { LIMITS } from "@holdfast/base";
import type { Actor } from "@holdfast/contract";
import { expect, test } from "vitest";
import { useIdentity, withBearer, withCookie } from "./identity-world.ts";
import type { FreshDatabase } from "./world.ts";

const ADMIN_TOKEN = "twenty-four characters!!";

export function identityTokensSuite(freshDatabase: FreshDatabase): void {
  const world = useIdentity(freshDatabase);
  const actor: Actor = { kind: "person", id: null, name: "Ada" };
  const issue = (expires_at: number | null = null) =>
    world().identity.tokens.issue("shop", { name: "ci", role: "operator", expires_at }, actor);

  test("a token stands for its role in its workspace, and nowhere else", async () => {
    const { identity } = world();
    const { token, secret } = await issue();
    const who = await identity.authenticate(withBearer(secret));
    expect(who).toMatchObject({ kind: "token", id: token.id, name: "ci", email: null });
    expect(who?.actor).toEqual({ kind: "token", id: token.id, name: "ci" });
    expect([who?.roleIn("shop"), who?.roleIn("bank")]).toEqual(["operator", undefined]);
    expect(who?.workspaces()).toEqual([{ name: "shop", role: "operator" }]);
  });

  test("its secret is shown once and not stored", async () => {
    const { identity, store } = world();
    const { token, secret } = await issue();
    expect(await identity.tokens.list("shop")).toEqual([token]);
    const stored = await store.directory(({ within }) => within("shop").tokens.find(token.id));
    expect(JSON.stringify([stored, await identity.audit("shop", { limit: 9 })])).not.toContain(secret.slice(26, 60));
  });

  test.each([
    ["revoked", (id: string) => world().identity.tokens.revoke("shop", id, actor)],
    ["past its end", () => world().clock.advance(60_000)],
  ])("a token that is %s names nobody", async (_, end) => {
    const { identity, clock } = world();
    const { token, secret } = await issue(clock.now() + 60_000);
    expect(await identity.authenticate(withBearer(secret))).toBeDefined();
    await end(token.id);
    expect(await identity.authenticate(withBearer(secret))).toBeUndefined();
  });

  test("a token cannot be revoked from another workspace", async () => {
    const { identity } = world();
    const { token, secret } = await issue();
    await expect(identity.tokens.revoke("bank", token.id, actor)).rejects.toMatchObject({ code: "not_found" });
    expect(await identity.authenticate(withBearer(secret))).toBeDefined();
  });

  test("a token that would be dead already is not issued", async () => {
    await expect(issue(world().clock.now())).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("its last use is written at most once a minute", async () => {
    const { identity, clock } = world();
    const { secret } = await issue();
    const used = async () => {
      await identity.authenticate(withBearer(secret));
      return (await identity.tokens.list("shop"))[0]?.last_used_at;
    };
    const first = clock.now();
    expect(await used()).toBe(first);
    await clock.advance(LIMITS.token_touch_ms - 1);
    expect(await used()).toBe(first);
    await clock.advance(1);
    expect(await used()).toBe(first + LIMITS.token_touch_ms);
  });

  test("issuing and revoking are on the trail", async () => {
    const { identity } = world();
    const { token } = await issue();
    await identity.tokens.revoke("shop", token.id, actor);
    await identity.tokens.revoke("shop", token.id, actor);
    const { items } = await identity.audit("shop", { limit: 9 });
    expect(items.map(({ what, target }) => [what, target])).toEqual([
      ["token.revoke", token.id],
      ["token.issue", token.id],
    ]);
  });

  test("an Authorization header that names nobody is not made good by a cookie", async () => {
    const { identity, setUp } = world();
    const { cookie } = await setUp();
    const { secret } = await issue();
    const swapped = secret.endsWith("0") ? "1" : "0";
    for (const text of ["", "Bearer", "Basic YTpi", `Bearer ${secret.slice(0, -1)}${swapped}`, "Bearer hft_x"]) {
      const headers = withCookie(cookie);
      headers.set("authorization", text);
      expect(await identity.authenticate(headers)).toBeUndefined();
    }
  });

  test("the admin token administers every workspace there is", async () => {
    const { identity, another } = world();
    const automated = await another({ admin_token: ADMIN_TOKEN });
    for (const name of ["shop", "bank"]) await identity.workspaces.ensure(name);
    const who = await automated.authenticate(withBearer(ADMIN_TOKEN));
    expect(who).toMatchObject({ kind: "token", id: null, name: "Admin token" });
    expect([who?.roleIn("shop"), who?.roleIn("bank"), who?.roleIn("none")]).toEqual(["admin", "admin", undefined]);
    expect(await automated.authenticate(withBearer(`${ADMIN_TOKEN}!`))).toBeUndefined();
    expect(await identity.authenticate(withBearer(ADMIN_TOKEN))).toBeUndefined();
    if (who) expect(await automated.workspaces.create(who, "cafe")).toMatchObject({ name: "cafe" });
  });

  test("an admin token of less than 24 characters is not accepted at start", async () => {
    const start = world().another({ admin_token: ADMIN_TOKEN.slice(1) });
    await expect(start).rejects.toThrow("HOLDFAST_ADMIN_TOKEN is too short");
  });

  test("a token of one workspace makes no other", async () => {
    const { identity } = world();
    const { secret } = await identity.tokens.issue("shop", { name: "root", role: "admin", expires_at: null }, actor);
    const who = (await identity.authenticate(withBearer(secret))) ?? expect.fail("no such token");
    await expect(identity.workspaces.create(who, "mine")).rejects.toMatchObject({ code: "forbidden" });
  });
}
