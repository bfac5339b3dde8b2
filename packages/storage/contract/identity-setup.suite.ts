// The first start.
import { LIMITS } from "@holdfast/base";
import { expect, test } from "vitest";
import { ADA, useIdentity, withCookie } from "./identity-world.ts";
import type { FreshDatabase } from "./world.ts";

export function identitySetupSuite(freshDatabase: FreshDatabase): void {
  const world = useIdentity(freshDatabase);

  test("a setup link makes the first admin, signs them in, and is not given out again", async () => {
    const { identity } = world();
    expect(await identity.isSetUp()).toBe(false);
    const token = (await identity.setupLinkToken()) ?? "";
    expect(token).toHaveLength(43);
    const { cookie, principal } = await identity.setup({ token, ...ADA });
    expect(principal.workspaces()).toEqual([{ name: "default", role: "admin" }]);
    expect((await identity.authenticate(withCookie(cookie)))?.email).toBe(ADA.email);
    expect(await identity.isSetUp()).toBe(true);
    expect(await identity.setupLinkToken()).toBeUndefined();
  });

  test("the first admin administers the workspaces that settings made before", async () => {
    const { identity } = world();
    for (const name of ["shop", "bank", "shop"]) await identity.workspaces.ensure(name);
    const token = (await identity.setupLinkToken()) ?? "";
    const { principal } = await identity.setup({ token, ...ADA });
    expect(principal.workspaces()).toEqual([
      { name: "bank", role: "admin" },
      { name: "shop", role: "admin" },
    ]);
  });

  test("a wrong link makes nobody, and leaves the right one as it is", async () => {
    const { identity } = world();
    const token = (await identity.setupLinkToken()) ?? "";
    await expect(identity.setup({ token: "x", ...ADA })).rejects.toMatchObject({ code: "link_invalid" });
    expect(await identity.isSetUp()).toBe(false);
    await identity.setup({ token, ...ADA });
  });

  test("only the newest setup link works, for 24 hours", async () => {
    const { identity, clock } = world();
    const [older = "", newer = ""] = [await identity.setupLinkToken(), await identity.setupLinkToken()];
    await expect(identity.setup({ token: older, ...ADA })).rejects.toMatchObject({ code: "link_invalid" });
    await clock.advance(LIMITS.setup_link_ms);
    await expect(identity.setup({ token: newer, ...ADA })).rejects.toMatchObject({ code: "link_invalid" });
  });

  test("two who use the link at once: one is the first admin, the other is nobody", async () => {
    const { identity } = world();
    const token = (await identity.setupLinkToken()) ?? "";
    const attempts = ["ada@example.com", "eve@example.com"].map((email) => identity.setup({ ...ADA, token, email }));
    const results = await Promise.allSettled(attempts);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await identity.people.list("default")).toHaveLength(1);
  });

  test("an installation is set up once", async () => {
    const { identity, setUp } = world();
    await setUp();
    await expect(identity.setup({ token: "x", ...ADA })).rejects.toMatchObject({ code: "setup_done" });
  });

  test("the trail begins with it", async () => {
    const { identity, setUp } = world();
    const { id } = await setUp();
    const { items } = await identity.audit("default", { limit: 10 });
    const actor = { kind: "person", id, name: "Ada" };
    expect(items).toMatchObject([{ what: "workspace.setup", target: "default", actor }]);
  });
}
