// Who asks, as the rest of the product sees them.
import type { Id, WorkspaceName } from "@holdfast/base";
import type { Actor, Role } from "@holdfast/contract";

export type Membership = { name: WorkspaceName; role: Role };

export type Principal = {
  /** A person came with a session cookie, a token with an Authorization header: only the first can be forged by another site. */
  kind: "person" | "token";
  /** Null for the admin token of the environment. */
  id: Id | null;
  name: string;
  email: string | null;
  /** Undefined: not a member, and for them the workspace does not exist. */
  roleIn(workspace: WorkspaceName): Role | undefined;
  workspaces(): Membership[];
  /** How the trail names them. */
  actor: Actor;
};

type Who = { kind: Principal["kind"]; id: Id | null; name: string; email: string | null };

export function principalOf(who: Who, memberships: readonly Membership[]): Principal {
  const roles = new Map(memberships.map(({ name, role }) => [name, role]));
  return {
    ...who,
    roleIn: (workspace) => roles.get(workspace),
    workspaces: () => memberships.map((membership) => ({ ...membership })),
    actor: { kind: who.kind, id: who.id, name: who.name },
  };
}
