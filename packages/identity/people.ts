// People of a workspace: who belongs, in which role, and how they get their password.
import { type Id, LIMITS, Problem, type WorkspaceName } from "@holdfast/base";
import type { Actor, PasswordInput, Person, PersonAdded, PersonInput, PersonPatch, Role } from "@holdfast/contract";
import type { z } from "zod";
import { leavesNoAdmin } from "./model/roles.ts";
import { hashOfSecret } from "./model/token-text.ts";
import type { DirectoryPorts, IdentityPorts, MemberRepository } from "./ports.ts";
import { drawLinkToken, normalEmail, type Tools } from "./tools.ts";

export type People = {
  list(workspace: WorkspaceName): Promise<Person[]>;
  /**
   * Only a new account gets a link. One that exists belongs to another workspace as well, whose access a link made here would
   * give away. Rejects with Problem("conflict") when they are a member already.
   */
  add(
    workspace: WorkspaceName,
    input: z.output<typeof PersonInput>,
    actor: Actor,
  ): Promise<z.output<typeof PersonAdded>>;
  /** Rejects with Problem("conflict") for the last admin. */
  patch(workspace: WorkspaceName, id: Id, patch: z.output<typeof PersonPatch>, actor: Actor): Promise<Person>;
  /** Who leaves their last workspace loses their account, and their sessions with it. Problem("conflict") for the last admin. */
  remove(workspace: WorkspaceName, id: Id, actor: Actor): Promise<void>;
};

export function createPeople(tools: Tools): People {
  return {
    list: (workspace) => tools.transact(workspace, ({ members }) => members.list()),
    add: (workspace, input, actor) => addPerson(tools, workspace, input, actor),
    patch: (workspace, id, { role }, actor) =>
      tools.transact(workspace, (ports) => changeRole(tools, ports, { id, role, actor })),
    remove: (workspace, id, actor) => tools.directory((ports) => removePerson(tools, ports, { workspace, id, actor })),
  };
}

async function addPerson(
  tools: Tools,
  workspace: WorkspaceName,
  input: z.output<typeof PersonInput>,
  actor: Actor,
): Promise<z.output<typeof PersonAdded>> {
  const { directory, clock, trail } = tools;
  return await directory(async (ports) => {
    const now = clock.now();
    const inside = ports.within(workspace);
    await refuseCrowd(inside.members);
    const { id, password_link } = await findOrMakeAccount(tools, ports, input);
    if (!(await inside.members.add(id, input.role, now)))
      throw new Problem("conflict", { detail: "This person belongs to the workspace already" });
    await trail(inside, actor, { what: "person.add", target: id, detail: { role: input.role } });
    return { person: await memberOf(inside.members, id), password_link };
  });
}

async function refuseCrowd(members: MemberRepository): Promise<void> {
  const most = LIMITS.people_per_workspace_max;
  if ((await members.list()).length >= most)
    throw new Problem("conflict", { detail: `A workspace has at most ${most} people` });
}

async function findOrMakeAccount(
  { clock, ids, random, base_url }: Tools,
  { accounts, links }: DirectoryPorts,
  input: { name: string; email: string },
): Promise<{ id: Id; password_link: string | null }> {
  const email = normalEmail(input.email);
  const known = await accounts.findByEmail(email);
  if (known) return { id: known.id, password_link: null };
  const account = { id: ids(), name: input.name, email };
  await accounts.add(account, clock.now());
  const token = drawLinkToken(random);
  const expires_at = clock.now() + LIMITS.password_link_ms;
  await links.add({ token_hash: hashOfSecret(token), purpose: "password", person_id: account.id, expires_at });
  return { id: account.id, password_link: `${base_url}/password?token=${token}` };
}

async function changeRole(
  { trail }: Tools,
  ports: IdentityPorts,
  { id, role, actor }: { id: Id; role: Role; actor: Actor },
): Promise<Person> {
  const person = await memberThatMayChange(ports.members, id, role);
  if (person.role === role) return person;
  await ports.members.setRole(id, role);
  await trail(ports, actor, { what: "person.role", target: id, detail: { from: person.role, to: role } });
  return { ...person, role };
}

async function removePerson(
  { trail }: Tools,
  ports: DirectoryPorts,
  { workspace, id, actor }: { workspace: WorkspaceName; id: Id; actor: Actor },
): Promise<void> {
  const inside = ports.within(workspace);
  const person = await memberThatMayChange(inside.members, id, undefined);
  await inside.members.remove(id);
  await trail(inside, actor, { what: "person.remove", target: id, detail: { name: person.name, role: person.role } });
  if ((await ports.memberships(id)).length === 0) await ports.accounts.remove(id);
}

/** The admins are counted, and thereby held, before the person is read: two admins cannot remove each other at once. */
async function memberThatMayChange(members: MemberRepository, id: Id, to: Role | undefined): Promise<Person> {
  const admins = await members.countAdmins();
  const person = await memberOf(members, id);
  if (leavesNoAdmin({ from: person.role, to, admins }))
    throw new Problem("conflict", {
      detail: "This is the last admin of the workspace; make somebody else admin first",
    });
  return person;
}

async function memberOf(members: MemberRepository, id: Id): Promise<Person> {
  const person = await members.find(id);
  if (!person) throw new Problem("not_found", { detail: "There is no such person in this workspace" });
  return person;
}

/** Sets the password that a one-time link allows, and ends sessions that were begun with an older one. */
export async function setPassword(tools: Tools, input: z.output<typeof PasswordInput>): Promise<void> {
  const { directory, sign_in, clock, trail } = tools;
  const token_hash = hashOfSecret(input.token);
  if (!(await directory(({ links }) => links.has(token_hash, "password", clock.now())))) throw spentLink();
  const password_hash = await sign_in.hashPassword(input.password);
  await directory(async (ports) => {
    const now = clock.now();
    const link = await ports.links.take(token_hash, "password", now);
    const account = link?.person_id ? await ports.accounts.find(link.person_id) : undefined;
    if (!account) throw spentLink();
    await ports.accounts.setPassword(account.id, password_hash, now);
    await ports.accounts.endSessions(account.id);
    const actor: Actor = { kind: "person", id: account.id, name: account.name };
    for (const { name } of await ports.memberships(account.id))
      await trail(ports.within(name), actor, { what: "person.password", target: account.id });
  });
}

function spentLink(): Problem {
  return new Problem("link_invalid", { detail: "This link was used already or has expired" });
}
