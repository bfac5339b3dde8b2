// The contract of the identity ports: members, tokens, the trail, and the directory over all workspaces.
import { expect, test } from "vitest";
import { apiToken, auditEntry } from "./samples.ts";
import { type FreshDatabase, newWorkspace, useWorld, type World, within } from "./world.ts";

async function addAccount(world: World, name: string): Promise<string> {
  const id = world.ids();
  await world.store.directory(({ accounts }) => accounts.add({ id, name, email: `${name}-${id}@example.com` }, 1));
  return id;
}

export function peopleSuite(freshDatabase: FreshDatabase): void {
  const world = useWorld(freshDatabase);

  test("members are listed by name, with their role", async () => {
    const run = within(world(), newWorkspace());
    const [grace, ada] = [await addAccount(world(), "Grace"), await addAccount(world(), "Ada")];
    await run(({ members }) => members.add(grace, "admin", 5));
    expect(await run(({ members }) => members.add(ada, "viewer", 6))).toBe(true);
    expect(await run(({ members }) => members.add(ada, "admin", 7))).toBe(false);
    expect((await run(({ members }) => members.list())).map(({ id, role }) => [id, role])).toEqual([
      [ada, "viewer"],
      [grace, "admin"],
    ]);
    const found = await run(({ members }) => members.find(ada));
    expect(found).toEqual({ id: ada, name: "Ada", email: `Ada-${ada}@example.com`, role: "viewer", added_at: 6 });
  });

  test("roles change, people leave, admins are counted", async () => {
    const run = within(world(), newWorkspace());
    const [grace, ada] = [await addAccount(world(), "Grace"), await addAccount(world(), "Ada")];
    const admins = () => run(({ members }) => members.countAdmins());
    await run(({ members }) => members.add(grace, "admin", 5));
    await run(({ members }) => members.add(ada, "operator", 5));
    expect(await admins()).toBe(1);
    await run(({ members }) => members.setRole(ada, "admin"));
    expect(await admins()).toBe(2);
    await run(({ members }) => members.remove(grace));
    expect(await admins()).toBe(1);
    expect(await run(({ members }) => members.find(grace))).toBeUndefined();
  });

  test("two admins who remove each other at once do not leave a workspace without any", async () => {
    const run = within(world(), newWorkspace());
    const [grace, ada] = [await addAccount(world(), "Grace"), await addAccount(world(), "Ada")];
    for (const id of [grace, ada]) await run(({ members }) => members.add(id, "admin", 5));
    const removeUnlessLast = (id: string) =>
      run(async ({ members }) => {
        if ((await members.countAdmins()) > 1) await members.remove(id);
      });
    await Promise.all([removeUnlessLast(grace), removeUnlessLast(ada)]);
    expect(await run(({ members }) => members.countAdmins())).toBe(1);
  });

  test("tokens are listed newest first without their hash, and revoked", async () => {
    const workspace = newWorkspace();
    const run = within(world(), workspace);
    const [older, newer] = [apiToken(world().ids(), { created_at: 1 }), apiToken(world().ids(), { created_at: 2 })];
    for (const token of [older, newer])
      await run(({ tokens }) => tokens.add({ ...token, workspace, secret_hash: token.id }));
    expect(await run(({ tokens }) => tokens.list())).toEqual([newer, older]);
    await run(({ tokens }) => tokens.revoke(older.id, 9));
    expect(await run(({ tokens }) => tokens.find(older.id))).toEqual({ ...older, revoked_at: 9 });
  });

  test("a token is not added to another workspace than its transaction's", async () => {
    const added = within(
      world(),
      newWorkspace(),
    )(({ tokens }) => tokens.add({ ...apiToken(world().ids()), workspace: newWorkspace(), secret_hash: "x" }));
    await expect(added).rejects.toThrow("belongs to the workspace of its transaction");
  });

  test("the directory finds a token by its hash, whatever its workspace, and notes its use", async () => {
    const workspace = newWorkspace();
    const token = apiToken(world().ids());
    await within(world(), workspace)(({ tokens }) => tokens.add({ ...token, workspace, secret_hash: token.id }));
    const { directory } = world().store;
    await directory((ports) => ports.touchToken(token.id, 77));
    const found = await directory((ports) => ports.tokenByHash(token.id));
    expect(found).toEqual({ ...token, workspace, secret_hash: token.id, last_used_at: 77 });
    expect(await directory((ports) => ports.tokenByHash("unknown"))).toBeUndefined();
  });

  test("the trail keeps what was done", async () => {
    const run = within(world(), newWorkspace());
    const entry = auditEntry(world().ids());
    await run(({ audit }) => audit.add(entry));
    expect(await run(({ audit }) => audit.list({ limit: 10 }))).toEqual({ items: [entry], next: null });
  });
}
