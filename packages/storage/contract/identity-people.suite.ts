// People of workspaces: how they come, what becomes of their role, how they leave.
import { LIMITS } from "@holdfast/base";
import type { Actor, Role } from "@holdfast/contract";
import { expect, test } from "vitest";
import { ADA, tokenIn, useIdentity, withCookie } from "./identity-world.ts";
import type { FreshDatabase } from "./world.ts";

const GRACE = { name: "Grace", email: "grace@example.com" };
const PASSWORD = "nanoseconds of wire";

export function identityPeopleSuite(freshDatabase: FreshDatabase): void {
  const world = useIdentity(freshDatabase);
  const actor: Actor = { kind: "person", id: null, name: "Ada" };
  const add = (role: Role, workspace = "default") => world().identity.people.add(workspace, { ...GRACE, role }, actor);
  const signIn = () => world().identity.signIn({ email: GRACE.email, password: PASSWORD });

  test("a guessed link costs no password hash, which anybody could have us make without end", async () => {
    const { identity } = world();
    const took = async (work: () => Promise<unknown>): Promise<number> => {
      const from = performance.now();
      await work().catch(() => undefined);
      return performance.now() - from;
    };
    const hashed = await took(() => identity.signIn({ email: "nobody@example.com", password: PASSWORD }));
    const guessed = await took(() => identity.setPassword({ token: "guess", password: PASSWORD }));
    const set_up = await took(() => identity.setup({ token: "guess", ...ADA }));
    expect(Math.max(guessed, set_up)).toBeLessThan(hashed / 2);
  });

  test("a person who was added sets a password with a link that works once, and signs in", async () => {
    const { identity, setUp } = world();
    await setUp();
    const { person, password_link } = await add("operator");
    expect(person).toMatchObject({ ...GRACE, role: "operator" });
    expect(password_link).toMatch(/^http:\/\/127\.0\.0\.1:8090\/password\?token=[\w-]{43}$/);
    await expect(signIn()).rejects.toMatchObject({ code: "sign_in_refused" });
    const token = tokenIn(password_link);
    await identity.setPassword({ token, password: PASSWORD });
    expect((await signIn()).principal.roleIn("default")).toBe("operator");
    const again = identity.setPassword({ token, password: "another password" });
    await expect(again).rejects.toMatchObject({ code: "link_invalid" });
    await signIn();
  });

  test("a password link lasts three days", async () => {
    const { identity, setUp, clock } = world();
    await setUp();
    const token = tokenIn((await add("viewer")).password_link);
    await clock.advance(LIMITS.password_link_ms);
    const late = identity.setPassword({ token, password: PASSWORD });
    await expect(late).rejects.toMatchObject({ code: "link_invalid" });
  });

  test("who has an account gets no link: it would open their other workspaces to whoever adds them", async () => {
    const { identity, setUp } = world();
    await setUp();
    await identity.setPassword({ token: tokenIn((await add("viewer")).password_link), password: PASSWORD });
    await identity.workspaces.ensure("bank");
    expect((await add("admin", "bank")).password_link).toBeNull();
    expect((await signIn()).principal.workspaces()).toEqual([
      { name: "bank", role: "admin" },
      { name: "default", role: "viewer" },
    ]);
  });

  test("nobody is added twice", async () => {
    const { setUp } = world();
    await setUp();
    await add("viewer");
    await expect(add("admin")).rejects.toMatchObject({ code: "conflict" });
  });

  test("the last admin can neither be demoted nor removed; with a second one they can", async () => {
    const { identity, setUp } = world();
    const { id } = await setUp();
    const demote = () => identity.people.patch("default", id, { role: "operator" }, actor);
    const remove = () => identity.people.remove("default", id, actor);
    await expect(demote()).rejects.toMatchObject({ code: "conflict" });
    await expect(remove()).rejects.toMatchObject({ code: "conflict" });
    await add("admin");
    expect((await demote()).role).toBe("operator");
    await remove();
    expect((await identity.people.list("default")).map(({ name }) => name)).toEqual(["Grace"]);
  });

  test("two admins who demote each other at once do not both succeed", async () => {
    const { identity, setUp } = world();
    const { id } = await setUp();
    const { person } = await add("admin");
    const demote = (who: string) => identity.people.patch("default", who, { role: "viewer" }, actor);
    const results = await Promise.allSettled([demote(id), demote(person.id)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  test("who leaves their last workspace is signed out and cannot sign in; before that they keep the others", async () => {
    const { identity, setUp } = world();
    await setUp();
    const { person, password_link } = await add("viewer");
    await identity.setPassword({ token: tokenIn(password_link), password: PASSWORD });
    await identity.workspaces.ensure("bank");
    await add("viewer", "bank");
    const { cookie } = await signIn();
    await identity.people.remove("default", person.id, actor);
    expect((await identity.authenticate(withCookie(cookie)))?.workspaces()).toEqual([{ name: "bank", role: "viewer" }]);
    await identity.people.remove("bank", person.id, actor);
    expect(await identity.authenticate(withCookie(cookie))).toBeUndefined();
    await expect(signIn()).rejects.toMatchObject({ code: "sign_in_refused" });
    expect((await add("viewer")).password_link).not.toBeNull();
  });

  test.each(["patch", "remove"] as const)("%s of somebody who is not in the workspace finds nobody", async (verb) => {
    const { identity, setUp } = world();
    const { id } = await setUp();
    await identity.workspaces.ensure("bank");
    await identity.people.remove("bank", (await add("admin", "bank")).person.id, actor);
    const stranger = (await add("viewer")).person.id;
    expect(stranger).not.toBe(id);
    const tried =
      verb === "patch"
        ? identity.people.patch("bank", stranger, { role: "admin" }, actor)
        : identity.people.remove("bank", stranger, actor);
    await expect(tried).rejects.toMatchObject({ code: "not_found" });
  });

  test("each change is on the trail of its workspace", async () => {
    const { identity, setUp, ids } = world();
    await setUp();
    const { person, password_link } = await add("viewer");
    await identity.setPassword({ token: tokenIn(password_link), password: PASSWORD });
    await identity.people.patch("default", person.id, { role: "operator" }, actor);
    await identity.people.patch("default", person.id, { role: "operator" }, actor);
    await identity.people.remove("default", person.id, actor);
    const { items } = await identity.audit("default", { limit: 10 });
    expect(items.map(({ what, actor: by, target, detail }) => [what, by.name, target, detail]).toReversed()).toEqual([
      ["workspace.setup", "Ada", "default", { person: "Ada" }],
      ["person.add", "Ada", person.id, { role: "viewer" }],
      ["person.password", "Grace", person.id, {}],
      ["person.role", "Ada", person.id, { from: "viewer", to: "operator" }],
      ["person.remove", "Ada", person.id, { name: "Grace", role: "operator" }],
    ]);
    expect((await identity.audit(`no-${ids()}`, { limit: 10 })).items).toEqual([]);
  });

  test("a workspace is made by an admin, who administers it", async () => {
    const { identity, setUp } = world();
    const { cookie } = await setUp();
    const who = async () => (await identity.authenticate(withCookie(cookie))) ?? expect.fail("not signed in");
    expect(await identity.workspaces.create(await who(), "shop")).toMatchObject({ name: "shop" });
    await expect(identity.workspaces.create(await who(), "shop")).rejects.toMatchObject({ code: "conflict" });
    expect((await who()).roleIn("shop")).toBe("admin");
    await identity.setPassword({ token: tokenIn((await add("operator")).password_link), password: PASSWORD });
    const { principal } = await signIn();
    await expect(identity.workspaces.create(principal, "mine")).rejects.toMatchObject({ code: "forbidden" });
    expect((await identity.workspaces.list(principal)).map(({ name }) => name)).toEqual(["default"]);
    expect((await identity.workspaces.list(await who())).map(({ name }) => name)).toEqual(["default", "shop"]);
  });

  test("a workspace of the settings file falls to those who administer all others", async () => {
    const { identity, setUp } = world();
    await setUp();
    await add("admin");
    await identity.workspaces.ensure("bank");
    expect((await identity.people.list("bank")).map(({ name }) => name)).toEqual(["Ada", "Grace"]);
    await identity.people.patch("bank", (await add("viewer", "shop")).person.id, { role: "viewer" }, actor);
    await identity.workspaces.ensure("cafe");
    expect((await identity.people.list("cafe")).map(({ name }) => name)).toEqual([ADA.name]);
  });
}
