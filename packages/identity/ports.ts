// What identity needs from a store. Membership, tokens and the trail are bound to a workspace; accounts and workspaces are not.
import type { Id, Instant, WorkspaceName } from "@holdfast/base";
import type { ApiToken, AuditPorts, Person, Role, Workspace } from "@holdfast/contract";
import type { Kysely } from "kysely";

/** `secret_hash` is SHA-256, hexadecimal: token secrets carry 256 random bits. */
export type TokenRow = ApiToken & { workspace: WorkspaceName; secret_hash: string };

export type MemberRepository = {
  /** By name. */
  list(): Promise<Person[]>;
  find(person_id: Id): Promise<Person | undefined>;
  /** False when the person is a member already: nothing was written. */
  add(person_id: Id, role: Role, at: Instant): Promise<boolean>;
  setRole(person_id: Id, role: Role): Promise<void>;
  remove(person_id: Id): Promise<void>;
  /** Holds the admins' rows until the transaction ends, so that two admins cannot remove each other at once. */
  countAdmins(): Promise<number>;
};

export type TokenRepository = {
  add(token: TokenRow): Promise<void>;
  /** Newest first. */
  list(): Promise<ApiToken[]>;
  find(id: Id): Promise<ApiToken | undefined>;
  revoke(id: Id, at: Instant): Promise<void>;
};

export type IdentityPorts = { members: MemberRepository; tokens: TokenRepository } & AuditPorts;

export type Account = { id: Id; name: string; email: string };

/** Accounts of people. Sign-in reads the same rows; `email` is lower case and belongs to one account. */
export type AccountRepository = {
  find(id: Id): Promise<Account | undefined>;
  findByEmail(email: string): Promise<Account | undefined>;
  add(account: Account, at: Instant): Promise<void>;
  hasPassword(id: Id): Promise<boolean>;
  setPassword(id: Id, password_hash: string, at: Instant): Promise<void>;
  endSessions(id: Id): Promise<void>;
  /** With memberships, sessions, password and links. */
  remove(id: Id): Promise<void>;
  count(): Promise<number>;
};

export type LinkPurpose = "setup" | "password";

/** One-time links: setup of the installation, and passwords of people who were added. Kept by their SHA-256. */
export type LinkRepository = {
  /** Any earlier link of the same purpose for the same person stops working. */
  add(link: { token_hash: string; purpose: LinkPurpose; person_id: Id | null; expires_at: Instant }): Promise<void>;
  /** Whether `take` would find it, so that nobody has us hash passwords for a guess. */
  has(token_hash: string, purpose: LinkPurpose, now: Instant): Promise<boolean>;
  /** Removes the link and returns it; undefined when unknown, expired, or of another purpose. */
  take(token_hash: string, purpose: LinkPurpose, now: Instant): Promise<{ person_id: Id | null } | undefined>;
};

/** Not bound to a workspace: who is this, and where do they belong. For identity alone. */
export type DirectoryPorts = {
  workspaces: {
    /** By name. */
    list(): Promise<Workspace[]>;
    find(name: WorkspaceName): Promise<Workspace | undefined>;
    /** False when the name is taken. */
    add(workspace: Workspace): Promise<boolean>;
  };
  accounts: AccountRepository;
  links: LinkRepository;
  /** By workspace name. */
  memberships(person_id: Id): Promise<{ name: WorkspaceName; role: Role }[]>;
  tokenByHash(secret_hash: string): Promise<TokenRow | undefined>;
  touchToken(id: Id, at: Instant): Promise<void>;
  /** The ports of one workspace in this same transaction, for changes that concern an account and its memberships together. */
  within(workspace: WorkspaceName): IdentityPorts;
};

/** The database in which sign-in keeps sessions: tables people, sessions, credentials and verifications. */
export type AuthDatabase = { db: Kysely<unknown>; type: "sqlite" | "postgres" };
