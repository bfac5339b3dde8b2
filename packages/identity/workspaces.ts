// Workspaces: which ones somebody belongs to, and new ones.
import { type Id, Problem, type WorkspaceName } from "@holdfast/base";
import { type Actor, SYSTEM, type Workspace } from "@holdfast/contract";
import type { Principal } from "./model/principal.ts";
import type { DirectoryPorts } from "./ports.ts";
import type { Tools } from "./tools.ts";

export type Workspaces = {
  /** Those that the principal belongs to, by name. */
  list(who: Principal): Promise<Workspace[]>;
  /**
   * A person becomes its admin. Rejects with Problem("forbidden") unless they are admin somewhere, and with
   * Problem("conflict") when the name is taken.
   */
  create(who: Principal, name: WorkspaceName): Promise<Workspace>;
  /** Makes the workspace that a settings file names, if it is not there yet. */
  ensure(name: WorkspaceName): Promise<void>;
};

export function createWorkspaces(tools: Tools): Workspaces {
  const { directory, clock } = tools;
  return {
    list: async (who) => {
      const all = await directory(({ workspaces }) => workspaces.list());
      return all.filter(({ name }) => who.roleIn(name) !== undefined);
    },
    create: async (who, name) => {
      refuseStranger(who);
      return await directory(async (ports) => {
        const admins = who.kind === "person" && who.id !== null ? [who.id] : await adminsOfAll(ports);
        const workspace = { name, created_at: clock.now() };
        if (!(await addWorkspace(tools, ports, { workspace, admins, actor: who.actor })))
          throw new Problem("conflict", { detail: "There is a workspace of this name already" });
        return workspace;
      });
    },
    ensure: (name) =>
      directory(async (ports) => {
        if (await ports.workspaces.find(name)) return;
        const admins = await adminsOfAll(ports);
        await addWorkspace(tools, ports, { workspace: { name, created_at: clock.now() }, admins, actor: SYSTEM });
      }),
  };
}

/** A token of one workspace says nothing about others; the admin token, which has no id, does. */
function refuseStranger(who: Principal): void {
  const of_one_workspace = who.kind === "token" && who.id !== null;
  const admin = who.workspaces().some(({ role }) => role === "admin") || (who.kind === "token" && who.id === null);
  if (of_one_workspace || !admin)
    throw new Problem("forbidden", { detail: "Making a workspace needs a person who is admin of one" });
}

type NewWorkspace = { workspace: Workspace; admins: Id[]; actor: Actor };

async function addWorkspace(
  { trail }: Tools,
  ports: DirectoryPorts,
  { workspace, admins, actor }: NewWorkspace,
): Promise<boolean> {
  if (!(await ports.workspaces.add(workspace))) return false;
  const inside = ports.within(workspace.name);
  for (const id of admins) await inside.members.add(id, "admin", workspace.created_at);
  await trail(inside, actor, { what: "workspace.create", target: workspace.name, detail: { admins } });
  return true;
}

/** People who administer every workspace there is run the installation: what no person made falls to them. */
async function adminsOfAll(ports: DirectoryPorts): Promise<Id[]> {
  let admins: Id[] | undefined;
  for (const { name } of await ports.workspaces.list()) {
    const here = (await ports.within(name).members.list()).filter(({ role }) => role === "admin").map(({ id }) => id);
    admins = admins?.filter((id) => here.includes(id)) ?? here;
  }
  return admins ?? [];
}
