// The contract of DirectoryPorts: workspaces, accounts and one-time links of the whole installation.
import { expect, test } from "vitest";
import { auditEntry } from "./samples.ts";
import { type FreshDatabase, newWorkspace, useWorld, within } from "./world.ts";

export function directorySuite(freshDatabase: FreshDatabase): void {
  const world = useWorld(freshDatabase);
  const directory: ReturnType<typeof world>["store"]["directory"] = (work) => world().store.directory(work);

  test("a workspace is added once and listed by name", async () => {
    const add = (name: string) => directory(({ workspaces }) => workspaces.add({ name, created_at: 3 }));
    expect([await add("shop"), await add("bank"), await add("shop")]).toEqual([true, true, false]);
    expect((await directory(({ workspaces }) => workspaces.list())).map(({ name }) => name)).toEqual(["bank", "shop"]);
    expect(await directory(({ workspaces }) => workspaces.find("shop"))).toEqual({ name: "shop", created_at: 3 });
    expect(await directory(({ workspaces }) => workspaces.find("none"))).toBeUndefined();
  });

  test("an account is found by id and e-mail, and its e-mail is taken", async () => {
    const account = { id: world().ids(), name: "Ada", email: "ada@example.com" };
    const before = await directory(({ accounts }) => accounts.count());
    await directory(({ accounts }) => accounts.add(account, 1));
    expect(await directory(({ accounts }) => accounts.find(account.id))).toEqual(account);
    expect(await directory(({ accounts }) => accounts.findByEmail("ada@example.com"))).toEqual(account);
    expect(await directory(({ accounts }) => accounts.count())).toBe(before + 1);
    const again = directory(({ accounts }) => accounts.add({ ...account, id: world().ids() }, 2));
    await expect(again).rejects.toMatchObject({ code: "conflict" });
  });

  test("a password is set, and set again", async () => {
    const id = world().ids();
    await directory(({ accounts }) => accounts.add({ id, name: "Bo", email: "bo@example.com" }, 1));
    const has = () => directory(({ accounts }) => accounts.hasPassword(id));
    expect(await has()).toBe(false);
    await directory(({ accounts }) => accounts.setPassword(id, "hash one", 1));
    await directory(({ accounts }) => accounts.setPassword(id, "hash two", 2));
    expect(await has()).toBe(true);
  });

  test("an account goes with its memberships, password and links", async () => {
    const [id, workspace] = [world().ids(), newWorkspace()];
    await directory(async ({ accounts, links, within }) => {
      await accounts.add({ id, name: "Cy", email: "cy@example.com" }, 1);
      await accounts.setPassword(id, "hash", 1);
      await links.add({ token_hash: "of cy", purpose: "password", person_id: id, expires_at: 10 });
      await within(workspace).members.add(id, "viewer", 1);
    });
    await directory(({ accounts }) => accounts.remove(id));
    expect(await directory((ports) => ports.memberships(id))).toEqual([]);
    expect(await directory(({ links }) => links.take("of cy", "password", 1))).toBeUndefined();
    expect(await within(world(), workspace)(({ members }) => members.list())).toEqual([]);
  });

  test("memberships tell where a person belongs, and `within` writes with the account in one transaction", async () => {
    const [id, first, second] = [world().ids(), newWorkspace(), newWorkspace()];
    const refused = directory(async (ports) => {
      await ports.accounts.add({ id, name: "Di", email: "di@example.com" }, 1);
      await ports.within(first).audit.add(auditEntry(world().ids()));
      throw new Error("changed my mind");
    });
    await expect(refused).rejects.toThrow("changed my mind");
    expect(await directory(({ accounts }) => accounts.find(id))).toBeUndefined();
    expect((await within(world(), first)(({ audit }) => audit.list({ limit: 1 }))).items).toEqual([]);
    await directory(async (ports) => {
      await ports.accounts.add({ id, name: "Di", email: "di@example.com" }, 1);
      await ports.within(second).members.add(id, "viewer", 1);
      await ports.within(first).members.add(id, "admin", 1);
    });
    expect(await directory((ports) => ports.memberships(id))).toEqual([
      { name: first, role: "admin" },
      { name: second, role: "viewer" },
    ]);
  });

  test("a link is taken once, for its purpose, while it lasts", async () => {
    const add = (token_hash: string) =>
      directory(({ links }) => links.add({ token_hash, purpose: "setup", person_id: null, expires_at: 100 }));
    const take = (hash: string, purpose: "setup" | "password", now: number) =>
      directory(({ links }) => links.take(hash, purpose, now));
    const has = (hash: string, purpose: "setup" | "password", now: number) =>
      directory(({ links }) => links.has(hash, purpose, now));
    await add("one");
    expect([await has("one", "setup", 99), await has("one", "setup", 100)]).toEqual([true, false]);
    expect([await has("one", "password", 1), await has("guess", "setup", 1)]).toEqual([false, false]);
    expect(await take("one", "password", 1)).toBeUndefined();
    expect(await take("one", "setup", 99)).toEqual({ person_id: null });
    expect(await take("one", "setup", 99)).toBeUndefined();
    await add("two");
    expect(await take("two", "setup", 100)).toBeUndefined();
    await add("three");
    await add("four");
    expect(await take("three", "setup", 1)).toBeUndefined();
    expect(await take("four", "setup", 1)).toEqual({ person_id: null });
  });
}
