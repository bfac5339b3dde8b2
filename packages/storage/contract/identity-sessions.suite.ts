// Signing in and out, and what a session cookie is worth.
import { LIMITS } from "@holdfast/base";
import { expect, test } from "vitest";
import { ADA, useIdentity, withCookie } from "./identity-world.ts";
import type { FreshDatabase } from "./world.ts";

export function identitySessionsSuite(freshDatabase: FreshDatabase): void {
  const world = useIdentity(freshDatabase);

  test("who knows the password gets a session, whatever the case of the address", async () => {
    const { identity, setUp } = world();
    const { id } = await setUp();
    const { cookie, principal } = await identity.signIn({ email: "Ada@Example.COM", password: ADA.password });
    expect(principal).toMatchObject({ kind: "person", id, name: "Ada", email: ADA.email });
    expect(await identity.authenticate(withCookie(cookie))).toMatchObject({ id, email: ADA.email });
  });

  test.each([
    ["a wrong password", { email: ADA.email, password: "correct horse batterY" }],
    ["an unknown address", { email: "eve@example.com", password: ADA.password }],
    ["no address at all", { email: "ada", password: ADA.password }],
    ["a password longer than any", { email: ADA.email, password: "x".repeat(201) }],
  ])("%s is refused in the same words", async (_, input) => {
    const { identity, setUp } = world();
    await setUp();
    await expect(identity.signIn(input)).rejects.toMatchObject({
      code: "sign_in_refused",
      message: "This e-mail address and password do not belong together",
      details: {},
    });
  });

  test("the cookie is out of reach of scripts and other sites, and secure over https", async () => {
    const { setUp, another, clock } = world();
    const { cookie } = await setUp();
    expect(cookie).toMatch(/^holdfast\.session_token=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
    const over_https = await another({ base_url: "https://holdfast.example" });
    await clock.advance(1);
    const { cookie: secure } = await over_https.signIn(ADA);
    expect(secure).toMatch(/^__Secure-holdfast\.session_token=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; Secure;/);
  });

  test("a cookie that was changed, or signed with another secret, names nobody", async () => {
    const { identity, setUp, another } = world();
    const { cookie } = await setUp();
    const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split("=");
    const changed = `${name}=${value.startsWith("a") ? "b" : "a"}${value.slice(1)}`;
    expect(await identity.authenticate(withCookie(changed))).toBeUndefined();
    expect(await identity.authenticate(withCookie(`${name}=${value.split(".")[0]}`))).toBeUndefined();
    expect(await identity.authenticate(new Headers())).toBeUndefined();
    const elsewhere = await another({ secret: "another secret that is as long as the first one" });
    expect(await elsewhere.authenticate(withCookie(cookie))).toBeUndefined();
  });

  test("a session ends after 30 days, by our clock, and its row goes with the next sign-in", async () => {
    const { identity, setUp, clock, store } = world();
    const { cookie } = await setUp();
    await clock.advance(LIMITS.session_ms - 1);
    expect(await identity.authenticate(withCookie(cookie))).toBeDefined();
    await clock.advance(1);
    expect(await identity.authenticate(withCookie(cookie))).toBeUndefined();
    await clock.advance(1);
    await identity.signIn(ADA);
    expect(
      await store.auth.db
        .selectFrom("sessions" as never)
        .select("id" as never)
        .execute(),
    ).toHaveLength(1);
  });

  test("signing out ends this session on our side, and no other", async () => {
    const { identity, setUp } = world();
    const { cookie } = await setUp();
    const { cookie: other } = await identity.signIn(ADA);
    expect(await identity.signOut(withCookie(cookie))).toMatch(/^holdfast\.session_token=; Max-Age=0; Path=\//);
    expect(await identity.authenticate(withCookie(cookie))).toBeUndefined();
    expect(await identity.authenticate(withCookie(other))).toBeDefined();
    expect(await identity.signOut(new Headers())).toMatch(/Max-Age=0/);
  });

  test("guessing is slowed down for an address and account, and the owner elsewhere is let in", async () => {
    const { identity, setUp, clock } = world();
    await setUp();
    const guess = (address: string, password: string) => identity.signIn({ email: ADA.email, password }, { address });
    for (let attempt = 0; attempt < LIMITS.sign_in_attempts_per_account; attempt++)
      await expect(guess("198.51.100.7", "guess")).rejects.toMatchObject({ code: "sign_in_refused" });
    await expect(guess("198.51.100.7", ADA.password)).rejects.toMatchObject({ code: "rate_limited" });
    await guess("203.0.113.9", ADA.password);
    await clock.advance(LIMITS.sign_in_window_ms);
    await guess("198.51.100.7", ADA.password);
  }, 60_000);
}
