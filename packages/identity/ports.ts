// What identity needs from a store. Membership, tokens and the trail are bound to a workspace; accounts and workspaces are not.
import type { Id, Instant, WorkspaceName } from "@holdfast/base";
import type { ApiToken, AuditPorts, Person, Role, Workspace } from "@holdfast/contract";

/** `secret_hash` is SHA-256, hexadecimal: token secrets carry 256 random bits. */
export type TokenRow = ApiToken & { workspace: WorkspaceName; secret_hash: string };

export type MemberRepository = {
  list(): Promise<Person[]>;
  find(person_id: Id): Promise<Person | undefined>;
  add(person_id: Id, role: Role, at: Instant): Promise<void>;
  setRole(person_id: Id, role: Role): Promise<void>;
  remove(person_id: Id): Promise<void>;
  countAdmins(): Promise<number>;
};

export type TokenRepository = {
  add(token: TokenRow): Promise<void>;
  list(): Promise<ApiToken[]>;
  find(id: Id): Promise<ApiToken | undefined>;
  revoke(id: Id, at: Instant): Promise<void>;
};

export type IdentityPorts = { members: MemberRepository; tokens: TokenRepository } & AuditPorts;

/** Not bound to a workspace: who is this, and where do they belong. Used before a workspace is known, and nowhere else. */
export type DirectoryPorts = {
  workspaces: {
    list(): Promise<Workspace[]>;
    find(name: WorkspaceName): Promise<Workspace | undefined>;
    /** False when the name is taken. */
    add(workspace: Workspace): Promise<boolean>;
  };
  memberships(person_id: Id): Promise<{ name: WorkspaceName; role: Role }[]>;
  tokenByHash(secret_hash: string): Promise<TokenRow | undefined>;
  touchToken(id: Id, at: Instant): Promise<void>;
  /** One-time links: setup of the installation, and passwords of people who were added. */
  links: {
    add(link: {
      token_hash: string;
      purpose: "setup" | "password";
      person_id: Id | null;
      expires_at: Instant;
    }): Promise<void>;
    /** Removes the link and returns it; undefined when unknown or expired. */
    take(
      token_hash: string,
      now: Instant,
    ): Promise<{ purpose: "setup" | "password"; person_id: Id | null } | undefined>;
  };
  countPeople(): Promise<number>;
};
