// The first start: while nobody exists, a one-time link makes the first admin.
import { LIMITS, Problem } from "@holdfast/base";
import type { Actor, SetupInput } from "@holdfast/contract";
import type { z } from "zod";
import { hashOfSecret } from "./model/token-text.ts";
import type { Account, DirectoryPorts } from "./ports.ts";
import { drawLinkToken, normalEmail, type Tools } from "./tools.ts";

/** The workspace that an installation has when its settings name none. */
const FIRST_WORKSPACE = "default";

export function isSetUp({ directory }: Tools): Promise<boolean> {
  return directory(async ({ accounts }) => (await accounts.count()) > 0);
}

/** The token for a new setup link, or undefined when somebody exists. Earlier setup links stop working. */
export function mintSetupToken({ directory, clock, random }: Tools): Promise<string | undefined> {
  return directory(async ({ accounts, links }) => {
    if ((await accounts.count()) > 0) return undefined;
    const token = drawLinkToken(random);
    const expires_at = clock.now() + LIMITS.setup_link_ms;
    await links.add({ token_hash: hashOfSecret(token), purpose: "setup", person_id: null, expires_at });
    return token;
  });
}

/** Makes the first admin, of every workspace there is. Rejects with Problem("setup_done") or Problem("link_invalid"). */
export async function setUp(tools: Tools, input: z.output<typeof SetupInput>): Promise<void> {
  if (await isSetUp(tools)) throw new Problem("setup_done");
  const { directory, sign_in, clock, ids } = tools;
  const token_hash = hashOfSecret(input.token);
  if (!(await directory(({ links }) => links.has(token_hash, "setup", clock.now())))) throw spentLink();
  // Hashing takes a while, and a transaction should not.
  const password_hash = await sign_in.hashPassword(input.password);
  const account = { id: ids(), name: input.name, email: normalEmail(input.email) };
  await directory(async (ports) => {
    const now = clock.now();
    if ((await ports.accounts.count()) > 0) throw new Problem("setup_done");
    if (!(await ports.links.take(token_hash, "setup", now))) throw spentLink();
    await ports.accounts.add(account, now);
    await ports.accounts.setPassword(account.id, password_hash, now);
    await makeAdmin(tools, ports, account);
  });
}

function spentLink(): Problem {
  return new Problem("link_invalid", { detail: "This setup link is not valid; a restart prints a new one" });
}

async function makeAdmin({ clock, trail }: Tools, ports: DirectoryPorts, account: Account): Promise<void> {
  const now = clock.now();
  const actor: Actor = { kind: "person", id: account.id, name: account.name };
  const present = await ports.workspaces.list();
  if (present.length === 0) await ports.workspaces.add({ name: FIRST_WORKSPACE, created_at: now });
  const names = present.length === 0 ? [FIRST_WORKSPACE] : present.map(({ name }) => name);
  for (const name of names) {
    const workspace = ports.within(name);
    await workspace.members.add(account.id, "admin", now);
    await trail(workspace, actor, { what: "workspace.setup", target: name, detail: { person: account.name } });
  }
}
